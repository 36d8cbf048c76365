#include "apps/count/output.hpp"

#include "apps/count/sample_columns.hpp"
#include "varhush/core/version.hpp"
#include "varhush/count/bias_limits.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/variant_writer.hpp"
#include "varhush/seq/status.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace varhush::apps {

namespace {

using count::SampleCounts;
using seq::AlleleStatus;

void append(std::string& line, std::string_view text) {
    line += line.empty() ? "" : "\t";
    line += text;
}

void append(std::string& line, std::int64_t value) {
    append(line, std::to_string(value));
}

void append(std::string& line, std::optional<double> value) {
    if (!value) {
        append(line, ".");
        return;
    }
    std::array<char, 48> digits;
    constexpr int kDigits = 4;
    const auto done = std::to_chars(digits.data(),
                                    digits.data() + digits.size(),
                                    *value + 0.0,  // no "-0"
                                    std::chars_format::general,
                                    kDigits);
    append(line,
           std::string_view(digits.data(), static_cast<std::size_t>(done.ptr - digits.data())));
}

class TableOutput final : public CountOutput {
  public:
    TableOutput(const CountCommandOptions& options, const std::vector<std::string>& samples)
        : file_(options.output.path, io::packing_for(options.output.path)),
          samples_(samples),
          limits_(options.limits) {
        std::string header =
            "contig\tposition\tid\tref\talt\tsample\tstatus\tref_count\talt_count\tother\tdepth\t"
            "ref_forward\tref_reverse\talt_forward\talt_reverse\tstrand_bias\tposition_bias\t"
            "mapping_bias";
        for (std::size_t i = 0; i < count::kReasonCount; ++i) {
            append(header, count::reason_text(static_cast<count::Reason>(i)));
        }
        file_.write(header + "\n");
    }

    void add(io::VariantRecord& record,
             const count::Site& site,
             std::span<const SampleCounts> counts) override {
        for (std::size_t alt = 0; alt < record.alt_count(); ++alt) {
            for (std::size_t sample = 0; sample < counts.size(); ++sample) {
                line_.clear();
                append(line_, record.contig());
                append(line_, record.position() + 1);
                append(line_, record.id());
                append(line_, record.ref());
                append(line_, record.alt(alt));
                append(line_, samples_[sample]);
                add_status(counts[sample], alt, site.status[alt]);
                add_numbers(counts[sample], alt, site.status[alt] == AlleleStatus::kOk);
                line_ += '\n';
                file_.write(line_);
            }
        }
    }
    void close() override { file_.close(); }

  private:
    void add_status(const SampleCounts& counts, std::size_t alt, AlleleStatus status) {
        const auto biases = limits_.any() && status == AlleleStatus::kOk
                                ? count::biases_of(counts, alt, limits_)
                                : count::Biases{};
        if (biases.none()) {
            append(line_, seq::status_text(status));
        } else {
            append(line_, count::biases_text(biases));
        }
    }

    void add_numbers(const SampleCounts& counts, std::size_t alt, bool counted) {
        if (!counted) {
            for (std::size_t i = 0; i < 11 + count::kReasonCount; ++i) {
                append(line_, ".");
            }
            return;
        }
        const auto& ref = counts.alleles.front();
        const auto& other = counts.alleles[alt + 1];
        for (const std::int64_t number : {ref.both(),
                                          other.both(),
                                          counts.other,
                                          counts.depth(),
                                          ref.forward,
                                          ref.reverse,
                                          other.forward,
                                          other.reverse}) {
            append(line_, number);
        }
        const auto& bias = counts.bias[alt];
        append(line_, std::optional(bias.strand_phred));
        append(line_, bias.position_z);
        append(line_, bias.mapping_z);
        for (const std::int64_t number : counts.dropped) {
            append(line_, number);
        }
    }

    io::OutputFile file_;
    const std::vector<std::string>& samples_;
    count::BiasLimits limits_;
    std::string line_;
};

using Numbers = std::vector<std::optional<std::int32_t>>;
using Measures = std::vector<std::optional<float>>;

std::optional<std::int32_t> narrow(std::int64_t value) {
    return static_cast<std::int32_t>(
        std::min<std::int64_t>(value, std::numeric_limits<std::int32_t>::max()));
}

std::optional<float> to_float(std::optional<double> value) {
    return value ? std::optional(static_cast<float>(*value)) : std::nullopt;
}

class VariantOutput final : public CountOutput {
  public:
    VariantOutput(const CountCommandOptions& options,
                  const std::vector<std::string>& samples,
                  const io::VariantHeader& header,
                  const std::string& command_line,
                  const io::ThreadPool& pool)
        : input_(header),
          header_(header),
          genotype_of_(sample_columns(options,
                                      samples,
                                      header.samples(),
                                      "--vcf-sample says whose genotypes the reads have")),
          limits_(options.limits) {
        has_genotypes_ = std::any_of(
            genotype_of_.begin(), genotype_of_.end(), [](int column) { return column >= 0; });
        header_.replace_samples(samples);
        add_lines(options.output.no_version, command_line);
        writer_ = std::make_unique<io::VariantWriter>(
            io::choose_output(
                options.output.path, options.output.output_type, options.output.write_index),
            header_,
            pool);
    }

    void add(io::VariantRecord& record,
             const count::Site& site,
             std::span<const SampleCounts> counts) override {
        std::vector<io::SampleGenotype> genotypes;
        Numbers phase_sets;
        for (const int column : genotype_of_) {
            genotypes.push_back(column < 0 ? io::SampleGenotype{}
                                           : record.genotype(input_, column));
            const auto phase_set = column < 0 ? std::nullopt : record.phase_set(input_, column);
            phase_sets.push_back(phase_set ? narrow(*phase_set) : std::nullopt);
        }
        record.drop_samples(input_);
        if (has_genotypes_) {
            record.set_genotypes(header_, genotypes);
        }
        set_counts(record, site, counts);
        if (limits_.any()) {
            set_filters(record, site, counts);
        }
        if (std::any_of(phase_sets.begin(), phase_sets.end(), [](const auto& one) {
                return one.has_value();
            })) {
            record.set_format(header_, "PS", phase_sets);
        }
        writer_->write(record);
    }
    void close() override { writer_->close(); }

  private:
    void add_lines(bool no_version, const std::string& command_line);
    void add_filter_lines();
    void set_counts(io::VariantRecord& record,
                    const count::Site& site,
                    std::span<const SampleCounts> counts);
    void set_filters(io::VariantRecord& record,
                     const count::Site& site,
                     std::span<const SampleCounts> counts);

    /// FORMAT of a record; here for its memory.
    struct Columns {
        Numbers both;
        Numbers forward;
        Numbers reverse;
        Numbers depth;
        Numbers dropped;
        Measures strand_bias;
        Measures position_bias;
        Measures mapping_bias;
    };

    const io::VariantHeader& input_;
    io::VariantHeader header_;
    std::vector<int> genotype_of_;  ///< column of each sample in the input, -1 without one
    bool has_genotypes_ = false;
    count::BiasLimits limits_;
    std::unique_ptr<io::VariantWriter> writer_;
    Columns columns_;
};

void VariantOutput::add_lines(bool no_version, const std::string& command_line) {
    const std::string start = "##FORMAT=<ID=";
    if (has_genotypes_) {
        header_.add_line(start + "GT,Number=1,Type=String,Description=\"Genotype of the input\">");
        header_.add_line(start +
                         "PS,Number=1,Type=Integer,Description=\"Phase set of the input\">");
    }
    header_.add_line(start + "AD,Number=R,Type=Integer,Description=\"Fragments of each allele\">");
    header_.add_line(start + "ADF,Number=R,Type=Integer,Description=\"AD of the forward strand\">");
    header_.add_line(start + "ADR,Number=R,Type=Integer,Description=\"AD of the reverse strand\">");
    header_.add_line(
        start + "DP,Number=1,Type=Integer,Description=\"Fragments of AD and of other bases\">");
    header_.add_line(start +
                     "VH_SB,Number=A,Type=Float,Description=\"Strand bias, Fisher's exact test "
                     "of REF and ALT (Phred)\">");
    header_.add_line(start +
                     "VH_PB,Number=A,Type=Float,Description=\"Position bias, rank sum z of the "
                     "distance to the read end, ALT against REF\">");
    header_.add_line(start +
                     "VH_MB,Number=A,Type=Float,Description=\"Mapping bias, rank sum z of the "
                     "mapping quality, ALT against REF\">");
    add_filter_lines();
    std::string reasons;
    for (std::size_t i = 0; i < count::kReasonCount; ++i) {
        reasons += i == 0 ? "" : ",";
        reasons += count::reason_text(static_cast<count::Reason>(i));
    }
    header_.add_line(start + "VH_DROP,Number=" + std::to_string(count::kReasonCount) +
                     ",Type=Integer,Description=\"Fragments left out because of: " + reasons +
                     "\">");
    if (!no_version) {
        header_.add_line("##varhush_countVersion=" + std::string(core::version()));
        header_.add_line("##varhush_countCommand=" + command_line);
    }
}

/// VCF 4.3 section 1.6.2: the codes of FT are described as those of FILTER are.
void VariantOutput::add_filter_lines() {
    if (!limits_.any()) {
        return;
    }
    const auto add = [this](count::Bias bias, const std::string& what, const auto& limit) {
        if (limit) {
            std::string line = "##FILTER=<ID=";
            line.append(count::bias_text(bias)).append(",Description=\"").append(what);
            std::string number;
            append(number, limit);
            header_.add_line(line.append(number).append("\">"));
        }
    };
    add(count::Bias::kStrand, "Strand bias of the sample (VH_SB) above ", limits_.strand_phred);
    add(count::Bias::kPosition,
        "Position bias of the sample (VH_PB) larger in size than ",
        limits_.position_z);
    add(count::Bias::kMapping,
        "Mapping bias of the sample (VH_MB) larger in size than ",
        limits_.mapping_z);
    header_.add_line(
        "##FORMAT=<ID=FT,Number=1,Type=String,Description=\"PASS, or the limits of bias that an "
        "ALT of the sample is beyond\">");
    header_.add_line(
        "##FORMAT=<ID=VH_FT,Number=A,Type=String,Description=\"PASS, or the limits of bias that "
        "the ALT is beyond\">");
}

void VariantOutput::set_filters(io::VariantRecord& record,
                                const count::Site& site,
                                std::span<const SampleCounts> counts) {
    const std::string pass = "PASS";
    std::vector<std::string> of_samples;
    std::vector<std::string> of_alts;
    for (const SampleCounts& one : counts) {
        count::Biases all;
        std::string texts;
        for (std::size_t alt = 0; alt < record.alt_count(); ++alt) {
            const bool counted = site.status[alt] == AlleleStatus::kOk;
            const auto biases = counted ? count::biases_of(one, alt, limits_) : count::Biases{};
            all |= biases;
            texts += texts.empty() ? "" : ",";
            texts += !counted ? "." : biases.none() ? pass : count::biases_text(biases);
        }
        const bool any = site.kind != count::SiteKind::kNone;
        of_samples.push_back(!any ? "" : all.none() ? pass : count::biases_text(all));
        of_alts.push_back(std::move(texts));
    }
    record.set_format(header_, "FT", of_samples);
    if (record.alt_count() > 0) {
        record.set_format(header_, "VH_FT", of_alts);
    }
}

void VariantOutput::set_counts(io::VariantRecord& record,
                               const count::Site& site,
                               std::span<const SampleCounts> counts) {
    auto& [both, forward, reverse, depth, dropped, strand_bias, position_bias, mapping_bias] =
        columns_;
    for (Numbers* numbers : {&both, &forward, &reverse, &depth, &dropped}) {
        numbers->clear();
    }
    for (Measures* measures : {&strand_bias, &position_bias, &mapping_bias}) {
        measures->clear();
    }
    const bool any = site.kind != count::SiteKind::kNone;
    for (const SampleCounts& one : counts) {
        for (std::size_t allele = 0; allele <= record.alt_count(); ++allele) {
            const bool counted = allele == 0 ? any : site.status[allele - 1] == AlleleStatus::kOk;
            const auto& strands = one.alleles[allele];
            both.push_back(counted ? narrow(strands.both()) : std::nullopt);
            forward.push_back(counted ? narrow(strands.forward) : std::nullopt);
            reverse.push_back(counted ? narrow(strands.reverse) : std::nullopt);
            if (allele > 0) {
                const auto& bias = one.bias[allele - 1];
                strand_bias.push_back(
                    to_float(counted ? std::optional(bias.strand_phred) : std::nullopt));
                position_bias.push_back(to_float(counted ? bias.position_z : std::nullopt));
                mapping_bias.push_back(to_float(counted ? bias.mapping_z : std::nullopt));
            }
        }
        depth.push_back(any ? narrow(one.depth()) : std::nullopt);
        for (const std::int64_t number : one.dropped) {
            dropped.push_back(any ? narrow(number) : std::nullopt);
        }
    }
    record.set_format(header_, "AD", both);
    record.set_format(header_, "ADF", forward);
    record.set_format(header_, "ADR", reverse);
    record.set_format(header_, "DP", depth);
    if (record.alt_count() > 0) {
        record.set_format(header_, "VH_SB", strand_bias);
        record.set_format(header_, "VH_PB", position_bias);
        record.set_format(header_, "VH_MB", mapping_bias);
    }
    record.set_format(header_, "VH_DROP", dropped);
}

}  // namespace

std::unique_ptr<CountOutput> make_count_output(const CountCommandOptions& options,
                                               const std::vector<std::string>& samples,
                                               const io::VariantHeader& header,
                                               const std::string& command_line,
                                               const io::ThreadPool& pool) {
    if (options.wants_table()) {
        return std::make_unique<TableOutput>(options, samples);
    }
    return std::make_unique<VariantOutput>(options, samples, header, command_line, pool);
}

}  // namespace varhush::apps
