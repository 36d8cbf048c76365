#include "apps/common/efficacy_table.hpp"

#include "apps/common/fasta_stream.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/sirna/guide.hpp"
#include "varhush/sirna/site_opening.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string_view>

namespace varhush::apps {

namespace {

constexpr std::size_t kFlank = 19;
constexpr std::size_t kSite = 19;

class EfficacyTable {
  public:
    explicit EfficacyTable(const std::string& path) : path_(path), reader_(path) {
        if (!reader_.next(line_)) {
            throw Error(ErrorKind::kInput, path + ": is empty");
        }
        const auto names = io::split_tabs(line_);
        for (std::size_t i = 0; i < names.size(); ++i) {
            columns_.emplace(std::string(names[i]), i);
        }
    }

    bool next(sirna::EfficacyRecord& record) {
        if (!reader_.next(line_)) {
            return false;
        }
        reader_.refuse_cut_line();
        fields_ = io::split_tabs(line_);
        record = {};
        record.id = text("id");
        record.dataset = text("dataset");
        record.study = text("study");
        record.accession = text("accession");
        record.target_start = static_cast<std::int64_t>(number("target_pos"));
        read_site(record);
        record.efficacy = number("efficacy");
        if (!(record.efficacy >= 0 && record.efficacy <= 1)) {
            fail("efficacy is no fraction from 0 to 1");
        }
        const bool unclipped = text("raw_scale").starts_with("fraction_silenced_relative");
        record.target = unclipped ? number("raw_value") : record.efficacy;
        record.label_published = text("label_published").empty()
                                     ? std::numeric_limits<double>::quiet_NaN()
                                     : number("label_published");
        record.class_published =
            text("y_published").empty() ? -1 : static_cast<int>(number("y_published"));
        record.in_published = number("in_published") != 0;
        record.primary = number("primary") != 0;
        record.cluster = static_cast<std::int64_t>(number("cluster"));
        record.fold_huesken = static_cast<int>(number("fold_hu_gene5"));
        record.fold_all = static_cast<int>(number("fold_cluster5"));
        return true;
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ErrorKind::kInput, reader_.where() + ": " + what);
    }

    [[nodiscard]] std::string text(const std::string& name) const {
        const auto found = columns_.find(name);
        if (found == columns_.end()) {
            throw Error(ErrorKind::kInput,
                        path_ + ": there is no column '" + name + "'",
                        "expected the columns of the siRNA efficacy table; see docs/train.md");
        }
        if (found->second >= fields_.size()) {
            fail("column '" + name + "' is missing");
        }
        return std::string(fields_[found->second]);
    }

    [[nodiscard]] double number(const std::string& name) const {
        const std::string field = text(name);
        double value = 0;
        const char* end = field.data() + field.size();
        const auto result = std::from_chars(field.data(), end, value);
        if (result.ec != std::errc{} || result.ptr != end || !std::isfinite(value)) {
            fail("column '" + name + "': '" + field + "' is no number");
        }
        return value;
    }

    void read_site(sirna::EfficacyRecord& record) const {
        record.query.guide = sirna::to_rna(text("guide19"));
        const std::string why = sirna::why_no_guide(record.query.guide);
        if (!why.empty()) {
            fail("guide19: " + why);
        }
        record.query.context = sirna::to_rna(text("context57"));
        record.query.site_offset = kFlank;
        if (record.query.context.empty()) {
            record.query.site_offset = 0;
            return;
        }
        const std::string site = sirna::site_of_guide(record.query.guide.substr(0, kSite));
        if (record.query.context.size() < kFlank + kSite ||
            record.query.context.compare(kFlank, kSite, site) != 0) {
            fail("context57: the site of guide19 does not stand at base 20");
        }
    }

    std::string path_;
    io::TextReader reader_;
    std::string line_;
    std::vector<std::string_view> fields_;
    std::map<std::string, std::size_t> columns_;
};

}  // namespace

namespace {

/// Where the site of `record` starts in `rna`: where the table says, or, without that, where alone
/// all that is known of the 57 bases stands.
std::optional<std::size_t> place_of(const sirna::EfficacyRecord& record, const std::string& rna) {
    const std::string& context = record.query.context;
    const auto first = context.find_first_not_of('X');
    if (first == std::string::npos || first > kFlank) {
        return std::nullopt;
    }
    const auto last = std::min(context.find('X', kFlank), context.size());
    const std::string known = context.substr(first, last - first);
    if (record.target_start >= 0) {
        const auto start = static_cast<std::size_t>(record.target_start);
        const std::string site = context.substr(kFlank, kSite);
        return rna.compare(std::min(start, rna.size()), kSite, site) == 0 ? std::optional(start)
                                                                          : std::nullopt;
    }
    const auto found = rna.find(known);
    if (found == std::string::npos || rna.find(known, found + 1) != std::string::npos) {
        return std::nullopt;
    }
    return found + kFlank - first;
}

}  // namespace

TargetFit fold_targets(const std::string& fasta,
                       std::vector<sirna::EfficacyRecord>& records,
                       int threads) {
    std::map<std::string, std::vector<sirna::EfficacyRecord*>> by_target;
    for (auto& record : records) {
        if (!record.accession.empty()) {
            by_target[record.accession].push_back(&record);
        }
    }
    TargetFit fit;
    FastaStream targets(fasta);
    for (FastaStream::Record target; targets.next(target);) {
        const auto wanted = by_target.find(target.name);
        const std::string rna = sirna::to_rna(target.letters);
        if (wanted == by_target.end() || rna.size() < sirna::kShortestFolded) {
            continue;
        }
        const sirna::TargetOpenings openings(rna, threads);
        for (sirna::EfficacyRecord* record : wanted->second) {
            if (const auto start = place_of(*record, rna)) {
                record->query.opening = openings.at(*start);
                ++fit.placed;
            }
        }
    }
    return fit;
}

std::vector<sirna::EfficacyRecord> read_efficacy_table(const std::string& path) {
    EfficacyTable table(path);
    std::vector<sirna::EfficacyRecord> records;
    for (sirna::EfficacyRecord record; table.next(record);) {
        records.push_back(record);
    }
    if (records.empty()) {
        throw Error(ErrorKind::kInput, path + ": has no rows");
    }
    return records;
}

}  // namespace varhush::apps
