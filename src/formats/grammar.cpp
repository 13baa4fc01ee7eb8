#include "grammar.hpp"

namespace uploadgate::formats {

parse::parse(grammar_function function, const structure_limits& limits, const format* chosen,
             std::uint64_t nesting, std::optional<std::uint64_t> unpacked_before)
    : state_{std::make_unique<state>(limits, chosen, nesting, unpacked_before)},
      grammar_{function(state_->in, state_->ctx)} {}

result parse::object(result r) {
  objection why = std::move(r).why();
  if (!why.offset) why.offset = state_->in.offset();
  state_->rejected = why;
  return why;
}

// Runs the grammar until it waits for bytes that are not here, or is done.
result parse::advance() {
  state& s = *state_;
  if (!s.started || (!grammar_.handle_.done() && s.in.satisfied())) {
    s.started = true;
    grammar_.handle_.resume();
  }
  if (!grammar_.handle_.done()) return {};
  result outcome = grammar_.handle_.promise().outcome;
  if (!outcome.ok()) return object(std::move(outcome));
  if (s.in.here() > 0) return object(s.in.object(errc::trailing_data));
  return {};
}

result parse::feed(bytes_view chunk) {
  state& s = *state_;
  if (s.rejected) return *s.rejected;
  if (s.ended) return object(s.in.object(errc::fed_after_finish));
  s.in.give(chunk);
  return advance();
}

result parse::finish(const completed_file* file) {
  state& s = *state_;
  if (s.rejected) return *s.rejected;
  if (s.ended) return {};
  s.ended = true;
  s.in.end(file);
  if (result r = advance(); !r.ok()) return r;
  if (!grammar_.handle_.done()) {
    return object({errc::truncated, {}, s.in.offset() + s.in.here()});
  }
  if (!s.ctx.lowered) s.ctx.found.examined = examined::whole;
  return {};
}

result judge_size(context& ctx, std::uint64_t width, std::uint64_t height, std::uint64_t offset) {
  const image_limits& limits = ctx.limits.image;
  facts& found = ctx.found;
  if (width == 0 || height == 0) return {errc::zero_pixels, {}, offset};
  const auto times = [&] { return std::to_string(width) + "x" + std::to_string(height); };
  if (width > limits.max_pixels / height) {
    return {errc::too_many_pixels, times() + " is over " + std::to_string(limits.max_pixels) + " pixels",
            offset};
  }
  if (!found.width) {
    found.width = width;
    found.height = height;
  }
  return {};
}

result count_frame(context& ctx, std::uint64_t width, std::uint64_t height, std::uint64_t offset) {
  if (result r = judge_size(ctx, width, height, offset); !r.ok()) return r;
  const image_limits& limits = ctx.limits.image;
  facts& found = ctx.found;
  found.frames = found.frames.value_or(0) + 1;
  if (*found.frames > limits.max_frames) {
    return {errc::too_many_frames, "over " + std::to_string(limits.max_frames), offset};
  }
  ctx.total_pixels += width * height;  // each summand is at most max_pixels, and there are at most max_frames
  if (ctx.total_pixels > limits.max_total_pixels) {
    return {errc::too_many_total_pixels, "over " + std::to_string(limits.max_total_pixels), offset};
  }
  return {};
}

result handle(context& ctx, handling how, errc code, std::string detail, std::uint64_t offset) {
  if (how == handling::reject) return {code, std::move(detail), offset};
  if (how == handling::warn) {
    ctx.found.warn(std::string{reason(code)} + (detail.empty() ? "" : ": " + detail) + " at " +
                   std::to_string(offset));
  }
  return {};
}

}  // namespace uploadgate::formats
