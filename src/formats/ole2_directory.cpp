#include "ole2_directory.hpp"

#include "ole2_streams.hpp"
#include "registry.hpp"

#include <algorithm>
#include <array>

namespace uploadgate::formats::ole2_format {
namespace {

class account {
 public:
  account(context& ctx, const header& h, const sectors& s, acting_content& content,
          const completed_file* file)
      : ctx_{&ctx}, h_{&h}, s_{&s}, content_{&content}, file_{file} {}

  result judge() {
    if (result r = read_fat(); !r.ok() || !complete_) return r;
    if (result r = read_directory(); !r.ok() || !complete_) return r;
    if (result r = follow_streams(); !r.ok()) return r;
    if (result r = climb(); !r.ok()) return r;
    if (result r = judge_names(); !r.ok()) return r;
    return family();
  }

 private:
  [[nodiscard]] std::uint64_t offset_of(std::uint32_t sector) const { return place_of_sector(*h_, sector); }
  [[nodiscard]] result broken(const char* what, std::uint32_t sector) const {
    return {errc::bad_structure, what, offset_of(std::min(sector, s_->count()))};
  }
  // Says that a sector that is needed had passed before anybody could know that it would be.
  result not_seen(const char* what, std::uint32_t sector) {
    if (s_->torn(sector)) return {errc::truncated, what, offset_of(sector)};
    complete_ = false;
    ctx_->examined_only(examined::prefix, std::string{what} + " of the compound file could not be followed");
    return {};
  }
  // Each sector belongs to one chain.
  result claim(std::uint32_t sector) {
    if (sector >= s_->count()) return broken("a sector behind the end", sector);
    if (claimed_[sector]) return {errc::overlap, "a sector belongs to two chains", offset_of(sector)};
    claimed_[sector] = true;
    return {};
  }

  result read_fat() {
    claimed_.assign(s_->count(), false);
    const std::size_t per_sector = h_->sector_size / 4;
    std::vector<std::uint32_t> places;
    for (const std::uint32_t sector : h_->difat) {
      if (sector < regular_last && places.size() < h_->fat_sectors) places.push_back(sector);
    }
    std::uint32_t next = h_->first_difat;
    for (std::uint32_t i = 0; i < h_->difat_sectors && next < regular_last; ++i) {
      if (result r = claim(next); !r.ok()) return r;
      const bytes_view table = s_->table(next);
      if (table.empty()) return not_seen("the DIFAT", next);
      for (std::size_t k = 0; k + 1 < per_sector; ++k) {
        const std::uint32_t sector = le32(table, 4 * k);
        if (sector < regular_last && places.size() < h_->fat_sectors) places.push_back(sector);
      }
      next = le32(table, 4 * (per_sector - 1));
    }
    if (places.size() != h_->fat_sectors)
      return {errc::bad_structure, "the FAT is shorter than announced", 44};
    if (places.size() > s_->count()) return broken("the FAT is larger than the file", 0);
    for (const std::uint32_t sector : places) {
      if (result r = claim(sector); !r.ok()) return r;
      const bytes_view table = s_->table(sector);
      if (table.empty()) return not_seen("the FAT", sector);
      fat_.add(table);
    }
    if (s_->count() > fat_.size()) {
      return {errc::trailing_data, "sectors that the FAT does not know",
              offset_of(static_cast<std::uint32_t>(fat_.size()))};
    }
    return {};
  }

  // Claims a chain; calls each(sector) for its sectors.
  template <class Each>
  result follow(std::uint32_t start, std::uint64_t& length, Each each) {
    length = 0;
    for (std::uint32_t sector = start; sector != end_of_chain; sector = fat_.next(sector)) {
      if (result r = claim(sector); !r.ok()) return r;
      ++length;
      if (result r = each(sector); !r.ok()) return r;
    }
    return {};
  }

  result read_directory() {
    std::uint64_t length = 0;
    result r = follow(h_->first_directory, length, [&](std::uint32_t sector) -> result {
      if (entries_.size() > sectors::most_directory_entries) {
        return {errc::too_many_entries, "streams and storages", offset_of(sector)};
      }
      if (complete_ && !s_->directory(sector, entries_)) return not_seen("the directory", sector);
      return {};
    });
    if (!r.ok() || !complete_) return r;
    if (entries_.empty() || entries_.front().type != 5) return broken("the root entry", h_->first_directory);
    ctx_->found.entries = static_cast<std::uint64_t>(
        std::ranges::count_if(entries_, [](const directory_entry& e) { return e.type == 1 || e.type == 2; }));
    return {};
  }

  result follow_streams() {
    std::uint64_t length = 0;
    const auto nothing = [](std::uint32_t) { return result{}; };
    if (h_->mini_fat_sectors > 0) {
      if (result r = follow(h_->first_mini_fat, length, nothing); !r.ok()) return r;
    }
    for (const directory_entry& e : entries_) {
      const bool in_sectors = e.type == 5 || (e.type == 2 && e.size >= h_->mini_cutoff);
      if (!in_sectors || e.size == 0) continue;
      if (result r = follow(e.start, length, nothing); !r.ok()) return r;
      if (length * h_->sector_size < e.size)
        return {errc::bad_length, "a stream is longer than its chain: " + e.name};
    }
    if (std::ranges::count(claimed_, false) > 0) ctx_->warn("sectors that belong to no stream");
    return nothing_behind();
  }

  // Behind the last sector of any stream there may stand filling, and the end of a line that a transfer left.
  [[nodiscard]] result nothing_behind() const {
    constexpr std::uint64_t line_end = 2;
    const auto last = std::find(claimed_.rbegin(), claimed_.rend(), true);
    const std::uint64_t end = static_cast<std::uint64_t>(claimed_.rend() - last) * h_->sector_size;
    if (s_->content_end() <= end || s_->size() - end <= line_end) return {};
    return {errc::trailing_data, "sectors that belong to no stream", h_->sector_size + end};
  }

  // Walks the tree of names: no loops, and which stand at the top.
  result climb() {
    std::vector<bool> seen(entries_.size(), false);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> stack{{entries_.front().child, 1}};
    while (!stack.empty()) {
      const auto [index, level] = stack.back();
      stack.pop_back();
      if (index == no_stream) continue;
      if (index >= entries_.size() || seen[index]) return broken("the directory's tree", h_->first_directory);
      seen[index] = true;
      const directory_entry& e = entries_[index];
      if (level == 1) top_.push_back(&e);
      stack.emplace_back(e.left, level);
      stack.emplace_back(e.right, level);
      if (e.type == 1) stack.emplace_back(e.child, level + 1);
    }
    return {};
  }

  result judge_names() {
    const std::uint64_t at = offset_of(h_->first_directory);
    const auto is_any = [](const std::string& name, auto... words) { return ((name == words) || ...); };
    for (const directory_entry& e : entries_) {
      if (e.type != 1 && e.type != 2) continue;
      result r;
      if (is_any(e.name, "vba", "_vba_project_cur", "_vba_project", "macros", "projectwm")) {
        r = handle(*ctx_, &document_rules::macros, errc::macros, e.name, at);
      } else if (is_any(e.name, "encryptedpackage", "encryptioninfo",
                        "\x06"
                        "dataspaces")) {
        r = handle(*ctx_, &document_rules::encrypted, errc::encrypted, e.name, at);
        if (r.ok()) ctx_->examined_only(examined::prefix, "the document is encrypted");
      } else if (is_any(e.name,
                        "\x01"
                        "ole10native",
                        "package", "equation native") ||
                 e.name.starts_with("mbd") || (e.name == "objectpool" && e.child != no_stream) ||
                 e.name == "__substg1.0_37010102") {
        r = handle(*ctx_, &document_rules::embedded_files, errc::embedded_file, e.name, at);
      } else if (is_any(e.name,
                        "\x03"
                        "ocxname",
                        "ctls",
                        "\x03"
                        "ocxdata")) {
        r = handle(*ctx_, &document_rules::activex, errc::activex, e.name, at);
      }
      if (!r.ok()) return r;
    }
    return {};
  }

  result family() {
    std::string_view found;
    bool two = false;
    for (const directory_entry* e : top_) {
      const std::string_view row = row_of(e->name);
      if (row.empty()) continue;
      two = two || (!found.empty() && found != row);
      found = row;
    }
    const std::uint64_t at = offset_of(h_->first_directory);
    if (two) return {errc::wrong_family, "more than one kind at a time", at};
    if (found.empty())
      return {errc::wrong_family, "not a document of Word, Excel, PowerPoint or Outlook", at};
    if (ctx_->chosen && ctx_->chosen->name != found) {
      return {errc::wrong_family,
              "holds " + std::string{found} + " and claims " + std::string{ctx_->chosen->name}, at};
    }
    if (result r = judge_in_order(found); !r.ok()) return r;
    const auto as_it_passed = [](std::uint64_t at_byte) { return at_byte; };
    if (result r = judge_content(found, *content_, as_it_passed); !r.ok()) return r;
    const auto rows = registry();
    const auto row = std::ranges::find(rows, found, &format::name);
    if (row != rows.end()) {
      ctx_->found.media_type = row->media_types.front();
      ctx_->found.extension = row->extensions.front();
    }
    ctx_->warn("the streams of the compound file are accounted for, and their content is only searched");
    return {};
  }

  // The kind of document that a stream of that name makes of the file; empty where it makes none.
  static std::string_view row_of(std::string_view name) {
    struct kind {
      std::string_view stream, row;
    };
    static constexpr std::array<kind, 5> kinds{{{"worddocument", "doc"},
                                                {"workbook", "xls"},
                                                {"book", "xls"},
                                                {"powerpoint document", "ppt"},
                                                {"__properties_version1.0", "msg"}}};
    const auto it = std::ranges::find(kinds, name, &kind::stream);
    return it == kinds.end() ? std::string_view{} : it->row;
  }

  // Where a completed file is there, a document that lies in pieces is searched again in its own order.
  result judge_in_order(std::string_view kind) {
    if (!file_) return {};
    const streams all{*file_, *h_, fat_, entries_.front()};
    for (const directory_entry* e : top_) {
      if (row_of(e->name) != kind || all.in_one_piece(*e)) continue;
      acting_content whole{kind};
      result r = all.read(*e, [&](bytes_view piece, std::uint64_t at) { whole.look(piece, at); });
      if (!r.ok()) return r;
      whole.objects.finish();
      content_->objects = {};  // in pieces they looked cut
      r = judge_content(kind, whole, [&](std::uint64_t at) { return all.place_of(*e, at); });
      if (!r.ok()) return r;
    }
    return {};
  }

  // Answers for what was found; place_of(offset of the content) is where it stands in the file.
  template <class Place>
  result judge_content(std::string_view kind, const acting_content& c, Place place_of) {
    struct mark {
      std::string_view kind;
      std::optional<std::uint64_t> at;
      choice how;
      errc code;
      const char* what;
    };
    const mark marks[] = {
        {"xls", c.workbook.encryption, &document_rules::encrypted, errc::encrypted, "the workbook"},
        {"doc", c.encrypted_text, &document_rules::encrypted, errc::encrypted, "the text"},
        {"ppt", c.encrypted_slides, &document_rules::encrypted, errc::encrypted, "the slides"},
        {"xls", c.macro_sheet, &document_rules::macros, errc::macros, "an XLM sheet"},
        {"xls", c.workbook.macro_sheet, &document_rules::macros, errc::macros, "an XLM sheet"},
        {"ppt", c.vba_in_slides, &document_rules::macros, errc::macros, "VBA"},
        {"ppt", c.objects.project, &document_rules::macros, errc::macros, "VBA"},
        {"ppt", c.objects.file, &document_rules::embedded_files, errc::embedded_file,
         "a file or an equation in the slides"},
        {"ppt", c.objects.unfollowed, &document_rules::embedded_files, errc::embedded_file,
         "an object in the slides that cannot be followed"},
        {"xls", c.workbook.dde_link, &document_rules::launch, errc::dynamic_data_exchange, "a link"},
        {"doc", c.dde_field, &document_rules::launch, errc::dynamic_data_exchange, "a field"},
        {"ppt", c.control_in_slides, &document_rules::activex, errc::activex, "a control"},
        {"ppt", c.linked_in_slides, &document_rules::external_references, errc::external_reference,
         "a linked object"},
    };
    for (const mark& m : marks) {
      if (m.kind != kind || !m.at) continue;
      if (result r = handle(*ctx_, m.how, m.code, m.what, place_of(*m.at)); !r.ok()) return r;
      if (m.code == errc::encrypted) ctx_->examined_only(examined::prefix, "the document is encrypted");
    }
    if (kind == "ppt" && c.objects.any) {
      ctx_->warn_who_minds(&document_rules::embedded_files,
                           "an object in the slides, at byte " + std::to_string(place_of(*c.objects.any)));
    }
    return {};
  }

  context* ctx_;
  const header* h_;
  const sectors* s_;
  acting_content* content_;
  const completed_file* file_;
  bool complete_ = true;
  allocation_table fat_;
  std::vector<bool> claimed_;
  std::vector<directory_entry> entries_;
  std::vector<const directory_entry*> top_;
};

}  // namespace

result judge(context& ctx, const header& h, const sectors& s, acting_content& content,
             const completed_file* file) {
  return account{ctx, h, s, content, file}.judge();
}

}  // namespace uploadgate::formats::ole2_format
