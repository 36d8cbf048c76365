#include "apps/count/command.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/reader_options.hpp"
#include "apps/count/blocks.hpp"
#include "apps/count/options.hpp"
#include "apps/count/output.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/count/bias_limits.hpp"
#include "varhush/count/counter.hpp"
#include "varhush/count/read_samples.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/variant_reader.hpp"

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace varhush::apps {

namespace {

std::vector<io::AlignmentReader> open_inputs(const CountCommandOptions& options,
                                             const io::ThreadPool& pool) {
    std::vector<io::AlignmentReader> readers;
    readers.reserve(options.inputs.size());
    for (const std::string& path : options.inputs) {
        readers.emplace_back(
            io::AlignmentReaderOptions{
                .path = path, .reference = options.fasta, .bases = true, .read_groups = true},
            pool);
    }
    return readers;
}

/// What the last line says.
struct Totals {
    explicit Totals(const count::BiasLimits& of) : limits(of) {}

    count::BiasLimits limits;
    std::int64_t records = 0;
    std::array<std::int64_t, seq::kAlleleStatusCount> alleles{};
    std::int64_t spoke = 0;
    std::int64_t other = 0;
    count::ReasonCounts dropped{};
    std::int64_t marked = 0;  ///< alleles of a sample beyond a limit
    std::array<std::int64_t, count::kBiasCount> biased{};

    void add(const count::Site& site, const std::vector<count::SampleCounts>& counts) {
        ++records;
        for (const seq::AlleleStatus status : site.status) {
            ++alleles[static_cast<std::size_t>(status)];
        }
        for (const count::SampleCounts& one : counts) {
            spoke += one.depth() - one.other;
            other += one.other;
            for (std::size_t i = 0; i < dropped.size(); ++i) {
                dropped[i] += one.dropped[i];
            }
            for (std::size_t alt = 0; limits.any() && alt < site.status.size(); ++alt) {
                add_biases(count::biases_of(one, alt, limits));
            }
        }
    }

  private:
    void add_biases(count::Biases biases) {
        marked += biases.any() ? 1 : 0;
        for (std::size_t i = 0; i < biased.size(); ++i) {
            biased[i] += biases[i] ? 1 : 0;
        }
    }
};

/// Records on their way: read as sites, written once counted.
class Records {
  public:
    Records(const CountCommandOptions& options,
            const std::vector<io::AlignmentReader::Contig>& contigs,
            const io::ThreadPool& pool)
        : reference_(options.fasta),
          reader_(reader_options(options.vcf, options.regions), pool),
          options_(options.sites),
          vcf_(options.vcf),
          fasta_(options.fasta) {
        for (std::size_t i = 0; i < contigs.size(); ++i) {
            contigs_.emplace(contigs[i].name, static_cast<int>(i));
        }
        first_contig_ = contigs.empty() ? "" : contigs.front().name;
    }

    [[nodiscard]] const io::VariantHeader& header() const { return reader_.header(); }

    std::optional<count::Site> next() {
        io::VariantRecord record;
        if (!reader_.next(record)) {
            return std::nullopt;
        }
        if (record.contig() != contig_) {
            contig_ = record.contig();
            const auto found = contigs_.find(contig_);
            contig_id_ = found == contigs_.end() ? -1 : found->second;
            unknown_contig_ = contig_id_ < 0 ? contig_ : unknown_contig_;
        }
        (contig_id_ < 0 ? unknown_ : known_) += 1;
        in_reference_ = in_reference_ || reference_.length_bp(record.contig()).has_value();
        std::vector<std::string> alts;
        alts.reserve(record.alt_count());
        for (std::size_t i = 0; i < record.alt_count(); ++i) {
            alts.emplace_back(record.alt(i));
        }
        auto site = count::make_site(reference_,
                                     record.contig(),
                                     contig_id_,
                                     record.position(),
                                     record.ref(),
                                     alts,
                                     options_);
        waiting_.push_back(std::move(record));
        return site;
    }
    io::VariantRecord take() {
        io::VariantRecord record = std::move(waiting_.front());
        waiting_.pop_front();
        return record;
    }
    /// @throws Error{kInput} when no record lies on a contig of the reads, or of the reference.
    void check_contigs() const {
        if (known_ == 0 && unknown_ > 0) {
            throw Error(ErrorKind::kInput,
                        vcf_ + " and the reads have no contig in common: '" + unknown_contig_ +
                            "' and '" + first_contig_ + "'",
                        "'varhush check --fix' renames the contigs of a VCF");
        }
        if (known_ > 0 && !in_reference_) {
            throw Error(ErrorKind::kInput,
                        "no contig of " + vcf_ + " is in " + fasta_,
                        "is it the reference of the reads?");
        }
    }

  private:
    io::FastaReader reference_;
    io::VariantReader reader_;
    count::SiteOptions options_;
    std::string vcf_;
    std::string fasta_;
    std::unordered_map<std::string, int> contigs_;
    std::string first_contig_;
    std::string contig_;  ///< of the last record
    int contig_id_ = -1;  ///< in the reads
    std::deque<io::VariantRecord> waiting_;
    std::int64_t known_ = 0;
    std::int64_t unknown_ = 0;
    std::string unknown_contig_;
    bool in_reference_ = false;
};

void check_bases(const Totals& totals) {
    const auto without = totals.dropped[static_cast<std::size_t>(count::Reason::kNoBases)];
    if (totals.spoke + totals.other == 0 && without > 0) {
        throw Error(ErrorKind::kInput,
                    "the reads have no bases (SEQ is *), so they carry no alleles",
                    "'varhush cover' needs none");
    }
}

std::string list(const std::string& text, std::int64_t number, std::string_view what) {
    if (number == 0) {
        return text;
    }
    return text + (text.empty() ? "" : ", ") + std::to_string(number) + " " + std::string(what);
}

std::string marked_text(const Totals& totals) {
    if (!totals.limits.any()) {
        return "";
    }
    std::string by_reason;
    for (std::size_t i = 0; i < totals.biased.size(); ++i) {
        by_reason =
            list(by_reason, totals.biased[i], count::bias_text(static_cast<count::Bias>(i)));
    }
    return "; alleles of samples beyond a limit of bias " + std::to_string(totals.marked) +
           (by_reason.empty() ? "" : ": " + by_reason);
}

void report(const Totals& totals, const count::CountTally& tally, bool by_fragment) {
    std::string alleles;
    for (std::size_t i = 0; i < totals.alleles.size(); ++i) {
        const auto status = static_cast<seq::AlleleStatus>(i);
        alleles = list(alleles,
                       totals.alleles[i],
                       status == seq::AlleleStatus::kOk ? "counted" : seq::status_text(status));
    }
    std::string dropped;
    for (std::size_t i = 0; i < totals.dropped.size(); ++i) {
        dropped =
            list(dropped, totals.dropped[i], count::reason_text(static_cast<count::Reason>(i)));
    }
    if (tally.without_group > 0) {
        core::log(core::LogLevel::kWarning,
                  std::to_string(tally.without_group) +
                      " reads belong to no sample of the header (@RG) and were not counted");
    }
    core::log(core::LogLevel::kInfo,
              std::to_string(totals.records) +
                  " records, alleles: " + (alleles.empty() ? "none" : alleles) + "; " +
                  std::to_string(tally.reads) + " reads looked at" +
                  (tally.other_samples == 0
                       ? ""
                       : ", " + std::to_string(tally.other_samples) + " of other samples") +
                  "; " + (by_fragment ? "fragments" : "reads") + " of an allele " +
                  std::to_string(totals.spoke) + ", of other bases " +
                  std::to_string(totals.other) +
                  ", left out: " + (dropped.empty() ? "none" : dropped) + marked_text(totals));
}

}  // namespace

int run_count(int argc, const char* const* argv) {
    const CountCommandOptions options = parse_count_options(argc, argv);
    apply_verbosity(options.run);
    const core::ThreadPlan plan = core::make_thread_plan(options.run.threads);
    const io::ThreadPool pool(plan.hts);
    auto readers = open_inputs(options, pool);
    const SampleNames wanted = sample_names(options.samples);
    const count::ReadSamples samples(readers,
                                     {options.ignore_groups, wanted.names, wanted.exclude});
    Records records(options, readers.front().contigs(), pool);
    const auto output = make_count_output(
        options, samples.names(), records.header(), joined_command_line(argc, argv), pool);
    const auto contigs = readers.front().contigs();
    std::optional<BlockTable> blocks;
    count::CountOptions how = options.count;
    if (!options.blocks.empty()) {
        blocks.emplace(options, wanted, samples.names(), records.header(), contigs);
        how.long_read = [&blocks](const count::LongRead& read) { blocks->extend(read); };
    }
    Totals totals(options.limits);
    const auto tally = count::count_alleles(
        readers,
        samples,
        how,
        [&] { return records.next(); },
        [&](const count::Site& site,
            std::vector<count::SampleCounts>&& counts,
            std::span<const count::FragmentCall> calls) {
            totals.add(site, counts);
            io::VariantRecord record = records.take();
            if (blocks) {
                blocks->add(record, site, counts, calls);
            }
            output->add(record, site, counts);
        });
    records.check_contigs();
    check_bases(totals);
    if (blocks) {
        blocks->finish();
    }
    output->close();
    if (blocks) {
        blocks->close();
        core::log(core::LogLevel::kInfo, blocks->summary());
    }
    report(totals, tally, options.count.by_fragment);
    return 0;
}

}  // namespace varhush::apps
