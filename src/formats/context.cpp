#include "context.hpp"

#include <algorithm>

namespace uploadgate::formats {
namespace {

const structure_limits& first_of(const party_limits& limits) { return limits[0] ? *limits[0] : *limits[1]; }

std::string dimensions(std::uint64_t width, std::uint64_t height) {
  return std::to_string(width) + "x" + std::to_string(height);
}

}  // namespace

context::context(const structure_limits& limits) : manner{manner::of(limits)} {
  parties_[0].limits = &limits;
}

context::context(const party_limits& limits) : manner{manner::of(first_of(limits))} {
  for (std::size_t i = 0; i < limits.size(); ++i) parties_[i].limits = limits[i] ? &*limits[i] : nullptr;
}

bool context::minds(const choice& how) const {
  return std::ranges::any_of(
      parties_, [&](const party& p) { return p.reads() && how.of(*p.limits) != handling::allow; });
}

void context::warn_who_minds(const choice& how, const std::string& text) {
  if (!minds(how)) return;
  warn_those([&](const structure_limits& limits) { return how.of(limits) != handling::allow; }, text);
}

bool context::others_read(std::size_t but) const {
  for (std::size_t i = 0; i < parties_.size(); ++i) {
    if (i != but && parties_[i].reads()) return true;
  }
  return false;
}

facts& context::own(std::size_t who) {
  std::unique_ptr<facts>& f = parties_[who].own;
  if (!f) f = std::make_unique<facts>(found);
  return *f;
}

void context::dismiss(std::size_t who, objection why) {
  facts& mine = own(who);
  std::vector<std::string> warnings = std::move(mine.warnings);
  const std::uint64_t dropped = mine.warnings_dropped;
  mine = found;
  mine.warnings = std::move(warnings);
  mine.warnings_dropped = dropped;
  parties_[who].objected = std::move(why);
}

void context::warn(const std::string& text) {
  found.warn(text);
  for (const party& p : parties_) {
    if (p.own && p.reads()) p.own->warn(text);
  }
}

void context::drop_warnings(std::uint64_t n) {
  found.warnings_dropped += n;
  for (const party& p : parties_) {
    if (p.own && p.reads()) p.own->warnings_dropped += n;
  }
}

facts& context::warnings_of(std::size_t who) {
  for (std::size_t i = 0; i < parties_.size(); ++i) {
    if (parties_[i].reads()) own(i);
  }
  return own(who);
}

const facts& context::found_by(std::size_t who) const {
  const party& p = parties_[who];
  return p.objected ? *p.own : found;
}

const facts& context::warned(std::size_t who) const {
  const party& p = parties_[who];
  return p.own ? *p.own : found;
}

std::string over(std::uint64_t allowed) { return "over " + std::to_string(allowed); }
std::string over_bytes(std::uint64_t allowed) { return over(allowed) + " bytes"; }

result handle(context& ctx, const choice& how, errc code, const std::string& detail, std::uint64_t offset) {
  if (how.fixed() && how.of({}) == handling::reject) return {code, detail, offset};
  bool warns = false;
  result r = ask(ctx, [&](const structure_limits& limits) -> result {
    const handling h = how.of(limits);
    if (h == handling::reject) return {code, detail, offset};
    warns = warns || h == handling::warn;
    return {};
  });
  if (!r.ok() || !warns) return r;
  ctx.warn_those(
      [&](const structure_limits& limits) { return how.of(limits) == handling::warn; },
      std::string{reason(code)} + (detail.empty() ? "" : ": " + detail) + " at " + std::to_string(offset));
  return r;
}

result judge_pixels(context& ctx, std::uint64_t width, std::uint64_t height, std::uint64_t offset) {
  return ask(ctx, [&](const structure_limits& limits) -> result {
    if (height == 0 || width <= limits.image.max_pixels / height) return {};
    return {errc::too_many_pixels, dimensions(width, height), offset};
  });
}

result judge_size(context& ctx, std::uint64_t width, std::uint64_t height, std::uint64_t offset) {
  if (width == 0 || height == 0) return {errc::zero_pixels, {}, offset};
  result r = ask(ctx, [&](const structure_limits& limits) -> result {
    const std::uint64_t most = limits.image.max_pixels;
    if (width <= most / height) return {};
    return {errc::too_many_pixels, dimensions(width, height) + " is over " + std::to_string(most) + " pixels",
            offset};
  });
  if (r.ok() && !ctx.found.width) {
    ctx.found.width = width;
    ctx.found.height = height;
  }
  return r;
}

result count_frame(context& ctx, std::uint64_t width, std::uint64_t height, std::uint64_t offset) {
  if (result r = judge_size(ctx, width, height, offset); !r.ok()) return r;
  facts& found = ctx.found;
  found.frames = found.frames.value_or(0) + 1;
  if (result r = within(ctx, *found.frames, &image_limits::max_frames, errc::too_many_frames, over, offset);
      !r.ok()) {
    return r;
  }
  ctx.total_pixels += width * height;  // each summand is at most max_pixels, and there are at most max_frames
  return within(ctx, ctx.total_pixels, &image_limits::max_total_pixels, errc::too_many_total_pixels, over,
                offset);
}

}  // namespace uploadgate::formats
