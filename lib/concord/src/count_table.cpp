#include "varhush/concord/count_table.hpp"

#include "haplotype_blocks.hpp"
#include "sample_numbers.hpp"
#include "table_columns.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <span>
#include <utility>

namespace varhush::concord {

namespace {

[[noreturn]] void bad(const std::string& where,
                      const std::string& what,
                      const std::string& hint = {}) {
    throw Error(ErrorKind::kInput, where + ": " + what, hint);
}

[[noreturn]] void two_genotypes(const std::string& where, const std::string& sample) {
    bad(where,
        "the variant was there before with another genotype of sample '" + sample + "'",
        "which of them is right? take one away");
}

/// The first mark of bias in a list with ';', kOk without any; `others` says whether it has other
/// words.
SiteStatus mark_of(std::string_view codes, bool& others) {
    SiteStatus mark = SiteStatus::kOk;
    others = false;
    while (true) {
        const std::size_t end = codes.find(';');
        const std::string_view code = codes.substr(0, end);
        SiteStatus here = SiteStatus::kOk;
        for (const SiteStatus one :
             {SiteStatus::kStrandBias, SiteStatus::kPositionBias, SiteStatus::kMappingBias}) {
            here = code == status_text(one) ? one : here;
        }
        others = others || here == SiteStatus::kOk;
        mark = mark == SiteStatus::kOk ? here : mark;
        if (end == std::string_view::npos) {
            return mark;
        }
        codes.remove_prefix(end + 1);
    }
}

/// Puts rows into a table and notices what comes twice.
class Collector {
  public:
    Collector(const VariantKeys& keys, CountTable& table) : keys_(keys), table_(table) {}

    std::uint32_t variant(std::string_view contig,
                          std::int64_t position,
                          std::string_view id,
                          std::string_view ref,
                          std::string_view alt) {
        const std::uint32_t number = table_.contigs.add(contig);
        const auto [place, is_new] =
            table_.by_key.emplace(keys_.of(number, contig, position, ref, alt),
                                  static_cast<std::uint32_t>(table_.variants.size()));
        if (is_new) {
            table_.variants.push_back({number,
                                       position,
                                       position + static_cast<std::int64_t>(ref.size()),
                                       std::string(id),
                                       std::string(ref),
                                       std::string(alt)});
        }
        return place->second;
    }

    void row(CountRow row, const std::string& where) {
        const auto [place, is_new] =
            table_.row_of.emplace(CountTable::row_key(row.variant, row.sample),
                                  static_cast<std::uint32_t>(table_.rows.size()));
        if (!is_new) {
            CountRow& first = table_.rows[place->second];
            if (first.status != row.status || first.mark != row.mark ||
                first.ref_count != row.ref_count || first.alt_count != row.alt_count) {
                bad(where,
                    "the variant was there before for sample '" + table_.samples[row.sample] +
                        "', with other counts or another status",
                    "which of them is right? take one away");
            }
            check_genotype(first, row, where);
            row.status = SiteStatus::kDuplicate;
        }
        table_.rows.push_back(row);
    }

  private:
    /// The first row is the one that may be tested, so it takes what only the second knows.
    void check_genotype(CountRow& first, const CountRow& again, const std::string& where) {
        if (first.zygosity == Zygosity::kUnknown) {
            first.zygosity = again.zygosity;
        } else if (again.zygosity != Zygosity::kUnknown && again.zygosity != first.zygosity) {
            two_genotypes(where, table_.samples[again.sample]);
        }
    }

    const VariantKeys& keys_;
    CountTable& table_;
};

void check_counts(std::int64_t ref,
                  std::int64_t alt,
                  std::optional<std::int64_t> depth,
                  const std::string& where) {
    constexpr std::int64_t kMost = 10'000'000;  // beyond it the beta-binomial loses its digits
    if (ref < 0 || alt < 0 || ref > kMost || alt > kMost || ref + alt > kMost) {
        bad(where,
            "counts of " + std::to_string(ref) + " and " + std::to_string(alt),
            ref < 0 || alt < 0 ? "" : "more than 10 million fragments of a site cannot be tested");
    }
    if (depth && ref + alt > *depth) {
        bad(where,
            "REF and ALT have " + std::to_string(ref + alt) + " fragments, the depth is only " +
                std::to_string(*depth),
            "are both from one run of 'varhush count'?");
    }
}

void read_table(const CountInput& input, const VariantKeys& keys, CountTable& table) {
    TableReader reader(input.path);
    if (is_block_table(reader)) {
        read_block_counts(reader, input, table);
        return;
    }
    const std::size_t contig = reader.require({"contig", "chrom"});
    const std::size_t position = reader.require({"position", "pos"});
    const std::size_t ref = reader.require({"ref"});
    const std::size_t alt = reader.require({"alt"});
    const std::size_t sample = reader.require({"sample"});
    const std::size_t ref_count = reader.require({"ref_count"});
    const std::size_t alt_count = reader.require({"alt_count"});
    const auto id = reader.find("id");
    const auto depth = reader.find("depth");
    const auto status = reader.find("status");
    SampleNumbers samples(input.samples);
    Collector collector(keys, table);
    while (reader.next()) {
        const auto number = samples.of(reader.field(sample), table);
        if (!number) {
            continue;
        }
        const std::int64_t pos = reader.whole_number(position);
        if (pos < 1 || reader.field(contig).empty() || reader.field(ref).empty()) {
            bad(reader.where(), "no contig, position or REF");
        }
        CountRow row;
        row.variant = collector.variant(reader.field(contig),
                                        pos - 1,
                                        id ? reader.field(*id) : ".",
                                        reader.field(ref),
                                        reader.field(alt));
        row.sample = *number;
        bool not_counted = false;
        if (status && reader.field(*status) != "OK") {
            row.mark = mark_of(reader.field(*status), not_counted);
        }
        if (not_counted) {
            row.mark = SiteStatus::kOk;
            row.status = SiteStatus::kNotCounted;
        } else {
            row.ref_count = reader.whole_number(ref_count);
            row.alt_count = reader.whole_number(alt_count);
            check_counts(row.ref_count,
                         row.alt_count,
                         depth ? std::optional(reader.whole_number(*depth)) : std::nullopt,
                         reader.where());
        }
        collector.row(row, reader.where());
    }
    samples.check_found(input.path);
}

std::int64_t whole(double value, const std::string& where) {
    if (value != std::floor(value) || std::fabs(value) > 1e12) {
        bad(where, "FORMAT/AD or DP is no whole number");
    }
    return static_cast<std::int64_t>(value);
}

/// Records of a VCF with AD.
class VariantCounts {
  public:
    VariantCounts(const CountInput& input, const VariantKeys& keys, CountTable& table)
        : path_(input.path), collector_(keys, table), table_(table), samples_(input.samples) {}

    void read(const io::ThreadPool& pool) {
        io::VariantReader reader({.path = path_}, pool);
        header_ = &reader.header();
        if (!header_->has_format("AD")) {
            bad(path_, "no FORMAT/AD: these are no allele counts", "'varhush count' makes them");
        }
        int column = 0;
        for (const std::string& name : header_->samples()) {
            if (const auto number = samples_.of(name, table_)) {
                columns_.emplace_back(column, *number);
            }
            ++column;
        }
        samples_.check_found(path_);
        if (column == 0) {
            bad(path_, "it has no samples");
        }
        io::VariantRecord record;
        while (reader.next(record)) {
            take(record);
        }
    }

  private:
    void take(const io::VariantRecord& record) {
        const auto samples = static_cast<std::size_t>(header_->sample_count());
        record.calls(*header_, calls_);
        std::vector<double> counts = record.format_numbers(*header_, "AD");
        const std::vector<double> depths = record.format_numbers(*header_, "DP");
        const std::size_t alleles = record.alt_count() + 1;
        read_marks(record);
        // A single '.' for each sample, as GATK writes it, comes as one missing value.
        if (counts.size() == samples &&
            std::all_of(counts.begin(), counts.end(), [](double one) { return std::isnan(one); })) {
            counts.clear();
        }
        if (!counts.empty() && record.alt_count() > 0 && counts.size() != samples * alleles) {
            bad(record.where(), "FORMAT/AD has not one value for each allele");
        }
        for (std::size_t alt = 0; alt < record.alt_count(); ++alt) {
            const std::uint32_t variant = collector_.variant(
                record.contig(), record.position(), record.id(), record.ref(), record.alt(alt));
            for (const auto& [column, sample] : columns_) {
                CountRow row;
                row.variant = variant;
                row.sample = sample;
                row.zygosity = zygosity_of(
                    calls_, static_cast<std::size_t>(column), static_cast<int>(alt) + 1);
                const std::size_t at = static_cast<std::size_t>(column) * alleles;
                if (counts.empty() || std::isnan(counts[at]) || std::isnan(counts[at + alt + 1])) {
                    row.status = SiteStatus::kNotCounted;
                } else {
                    set_counts(
                        counts[at], counts[at + alt + 1], depth_of(depths, column), record, row);
                    row.mark = mark_at(static_cast<std::size_t>(column), alt);
                }
                collector_.row(row, record.where());
            }
        }
    }
    /// FT is of a sample, VH_FT of each ALT; it goes before.
    void read_marks(const io::VariantRecord& record) {
        marks_ = record.format_texts(*header_, "VH_FT");
        marks_by_alt_ = !marks_.empty();
        if (!marks_by_alt_) {
            marks_ = record.format_texts(*header_, "FT");
        }
    }
    [[nodiscard]] SiteStatus mark_at(std::size_t column, std::size_t alt) const {
        if (marks_.empty()) {
            return SiteStatus::kOk;
        }
        std::string_view text = marks_[column];
        for (std::size_t i = 0; marks_by_alt_ && i < alt; ++i) {
            text.remove_prefix(std::min(text.find(','), text.size() - 1) + 1);
            if (text.empty()) {
                return SiteStatus::kOk;
            }
        }
        bool ignored = false;
        return mark_of(marks_by_alt_ ? text.substr(0, text.find(',')) : text, ignored);
    }
    [[nodiscard]] double depth_of(const std::vector<double>& depths, int column) const {
        const auto samples = static_cast<std::size_t>(header_->sample_count());
        return depths.size() == samples ? depths[static_cast<std::size_t>(column)]
                                        : std::numeric_limits<double>::quiet_NaN();
    }
    static void set_counts(
        double ref, double alt, double depth, const io::VariantRecord& record, CountRow& row) {
        const std::string where = record.where();
        row.ref_count = whole(ref, where);
        row.alt_count = whole(alt, where);
        check_counts(row.ref_count,
                     row.alt_count,
                     std::isnan(depth) ? std::nullopt : std::optional(whole(depth, where)),
                     where);
    }

    const std::string& path_;
    Collector collector_;
    CountTable& table_;
    SampleNumbers samples_;
    const io::VariantHeader* header_ = nullptr;
    std::vector<std::pair<int, std::uint32_t>> columns_;
    io::SampleCalls calls_;
    std::vector<std::string> marks_;  // of the record, one a sample; empty: none
    bool marks_by_alt_ = false;
};

}  // namespace

Zygosity zygosity_of(const io::SampleCalls& calls, std::size_t sample, int alt) {
    const auto ploidy = static_cast<std::size_t>(calls.ploidy);
    std::span<const int> alleles = std::span(calls.alleles).subspan(sample * ploidy, ploidy);
    while (!alleles.empty() && alleles.back() == io::SampleCalls::kAbsent) {
        alleles = alleles.first(alleles.size() - 1);
    }
    if (alleles.empty() ||
        std::any_of(alleles.begin(), alleles.end(), [](int allele) { return allele < 0; })) {
        return Zygosity::kUnknown;
    }
    if (alleles.size() != 2) {
        return Zygosity::kPloidy;
    }
    if (alleles[0] == alleles[1]) {
        return Zygosity::kHomozygous;
    }
    if (alleles[0] != alt && alleles[1] != alt) {
        return Zygosity::kNotCarried;
    }
    return alleles[0] == 0 || alleles[1] == 0 ? Zygosity::kHeterozygous : Zygosity::kNoRef;
}

std::string_view status_text(SiteStatus status) noexcept {
    constexpr std::array<std::string_view, kSiteStatusCount> kTexts{"OK",
                                                                    "NOT_COUNTED",
                                                                    "DUPLICATE",
                                                                    "NO_GENOTYPE",
                                                                    "PLOIDY",
                                                                    "HOMOZYGOUS",
                                                                    "NOT_CARRIED",
                                                                    "NO_REF",
                                                                    "OVERLAP",
                                                                    "ONE_ALLELE",
                                                                    "STRAND_BIAS",
                                                                    "POSITION_BIAS",
                                                                    "MAPPING_BIAS",
                                                                    "LOW_DEPTH"};
    return kTexts[static_cast<std::size_t>(status)];
}

FileKind file_kind(const std::string& path, FileKind otherwise) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (path == "-" || std::filesystem::is_fifo(status) ||
        std::filesystem::is_character_file(status) || std::filesystem::is_socket(status)) {
        return otherwise;
    }
    io::TextReader reader(path);
    std::string line;
    const bool any = reader.next(line);
    return any && (line.starts_with("##fileformat=VCF") || line.starts_with("BCF\2"))
               ? FileKind::kVariants
               : FileKind::kTable;
}

CountTable read_counts(const CountInput& input,
                       const VariantKeys& keys,
                       const io::ThreadPool& pool) {
    CountTable table;
    if (input.kind == FileKind::kTable) {
        read_table(input, keys, table);
    } else {
        VariantCounts(input, keys, table).read(pool);
    }
    if (table.rows.empty()) {
        bad(input.path, "it has no counts");
    }
    return table;
}

std::vector<int> sample_columns(const CountTable& table, const io::VariantHeader& header) {
    const auto names = header.samples();
    std::vector<int> columns;
    columns.reserve(table.samples.size());
    for (const std::string& sample : table.samples) {
        const auto found = std::find(names.begin(), names.end(), sample);
        columns.push_back(found == names.end() ? -1 : static_cast<int>(found - names.begin()));
    }
    return columns;
}

GenotypeTaker::GenotypeTaker(const io::VariantHeader& header,
                             const VariantKeys& keys,
                             bool only_unknown,
                             CountTable& table)
    : header_(header),
      keys_(keys),
      only_unknown_(only_unknown),
      table_(table),
      columns_(sample_columns(table, header)),
      found_(table.rows.size(), Zygosity::kUnknown),
      samples_(std::count_if(columns_.begin(), columns_.end(), [](int one) { return one >= 0; })) {}

void GenotypeTaker::take(const io::VariantRecord& record) {
    const auto contig = table_.contigs.find(record.contig());
    if (!contig || samples_ == 0) {
        return;
    }
    bool decoded = false;
    for (std::size_t alt = 0; alt < record.alt_count(); ++alt) {
        const auto variant = table_.by_key.find(
            keys_.of(*contig, record.contig(), record.position(), record.ref(), record.alt(alt)));
        if (variant == table_.by_key.end()) {
            continue;
        }
        if (!std::exchange(decoded, true)) {
            record.calls(header_, calls_);
        }
        take(record, variant->second, static_cast<int>(alt) + 1);
    }
}

void GenotypeTaker::take(const io::VariantRecord& record, std::uint32_t variant, int alt) {
    for (std::size_t sample = 0; sample < columns_.size(); ++sample) {
        const auto row = columns_[sample] < 0 ? table_.row_of.end()
                                              : table_.row_of.find(CountTable::row_key(
                                                    variant, static_cast<std::uint32_t>(sample)));
        if (row == table_.row_of.end()) {
            continue;
        }
        const Zygosity found = zygosity_of(calls_, static_cast<std::size_t>(columns_[sample]), alt);
        if (found == Zygosity::kUnknown) {
            continue;
        }
        const Zygosity before = std::exchange(found_[row->second], found);
        if (before != Zygosity::kUnknown && before != found) {
            two_genotypes(record.where(), table_.samples[sample]);
        }
        Zygosity& known = table_.rows[row->second].zygosity;
        known = only_unknown_ && known != Zygosity::kUnknown ? known : found;
    }
}

std::size_t read_genotypes(const std::string& path,
                           const VariantKeys& keys,
                           const io::ThreadPool& pool,
                           CountTable& table) {
    io::VariantReader reader({.path = path}, pool);
    GenotypeTaker taker(reader.header(), keys, false, table);
    if (taker.samples() == 0) {
        bad(path,
            "it has none of the samples of the counts, such as '" + table.samples.front() + "'");
    }
    io::VariantRecord record;
    while (reader.next(record)) {
        taker.take(record);
    }
    return static_cast<std::size_t>(taker.samples());
}

}  // namespace varhush::concord
