#include "apps/siindex/command.hpp"

#include "apps/common/cli.hpp"
#include "apps/siindex/describe.hpp"
#include "apps/siindex/options.hpp"
#include "apps/siindex/sample_alleles.hpp"
#include "apps/siindex/transcript_source.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/sirna/off_target_builder.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace varhush::apps {

namespace {

void warn_if(std::uint64_t count, const std::string& what) {
    if (count > 0) {
        core::log(core::LogLevel::kWarning, std::to_string(count) + " " + what);
    }
}

/// One run: sources -> alleles -> builder -> file.
class Indexing {
  public:
    Indexing(const SiindexOptions& options, const io::ThreadPool& pool) : options_(options) {
        if (!options.genes.empty()) {
            annotation_.emplace(options.genes);
        }
        if (!options.vcf.empty()) {
            alleles_.emplace(options.vcf, options.sample, annotation(), pool);
        }
    }

    void run() {
        for (std::size_t i = 0; i < options_.transcripts.size(); ++i) {
            read_transcript_fasta(options_.transcripts[i],
                                  species(i),
                                  annotation(),
                                  seen_,
                                  odd_,
                                  taker(/*spliced=*/false));
        }
        if (!options_.fasta.empty()) {
            const io::FastaReader genome(options_.fasta);
            splice_transcripts(*annotation_,
                               genome,
                               species(options_.transcripts.size()),
                               seen_,
                               odd_,
                               taker(/*spliced=*/true));
        }
        check_alleles();
        io::OutputFile out(options_.output);
        builder_.write([&](std::span<const std::byte> bytes) {
            out.write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        });
        out.close();
        report();
    }

  private:
    [[nodiscard]] const GeneAnnotation* annotation() const {
        return annotation_ ? &*annotation_ : nullptr;
    }
    [[nodiscard]] std::string species(std::size_t source) const {
        return options_.species.empty() ? std::string() : options_.species.at(source);
    }

    TakeTranscript taker(bool spliced) {
        return [this, spliced](sirna::TranscriptRecord record,
                               const std::optional<sirna::GenomePlacement>& place) {
            if (alleles_) {
                alleles_->attach(record, place, spliced, builder_);
            }
            with_cds_ += record.cds ? 1 : 0;
            builder_.add(record);
        };
    }

    void check_alleles() const {
        if (!alleles_) {
            return;
        }
        const auto& counts = alleles_->counts();
        if (counts.ref_differs > 0 && counts.placed == 0) {
            throw Error(ErrorKind::kInput,
                        options_.vcf + ": not one REF agrees with the transcripts",
                        "are both on the same genome build?");
        }
    }

    void report() const {
        const sirna::BuildCounts& counts = builder_.counts();
        if (alleles_) {
            report_alleles(alleles_->counts(), counts);
        }
        warn_if(odd_.without_model, "transcripts are not in the gene models");
        warn_if(odd_.other_length,
                "transcripts differ in length from their exons: no coding region and no alleles "
                "from the gene models");
        warn_if(odd_.odd_cds, "coding regions lie outside their transcript and were left out");
        warn_if(odd_.no_contig,
                "gene models lie on contigs that the genome lacks, or past their end");
        warn_if(counts.too_short, "transcripts are shorter than a site (19 bases)");
        warn_if(counts.ambiguous_as_n,
                "ambiguity letters have more than 4096 readings around them and count as N");
        std::string text =
            std::to_string(counts.transcripts) + " transcripts, " + std::to_string(with_cds_) +
            " with a coding region, " + std::to_string(counts.bases) + " bases, " +
            std::to_string(counts.stored_bases) + " stored; " + std::to_string(counts.repeated) +
            " repeat another's sequence; " + std::to_string(counts.n_bases) + " N, " +
            std::to_string(counts.ambiguous_bases) + " ambiguity letters";
        core::log(core::LogLevel::kInfo, text);
    }

    static void report_alleles(const SampleAlleles::Counts& counts,
                               const sirna::BuildCounts& built) {
        core::log(core::LogLevel::kInfo,
                  std::to_string(counts.read) + " alleles of the sample in " +
                      std::to_string(counts.records) +
                      " records: " + std::to_string(counts.outside) + " in no exon, " +
                      std::to_string(counts.placed) + " placed on transcripts (" +
                      std::to_string(counts.unphased) + " alleles unphased: every combination), " +
                      std::to_string(built.readings) + " extra sequences");
        if (counts.read > 0 && counts.placed == 0) {
            core::log(
                core::LogLevel::kWarning,
                "not one allele of the sample lies on a transcript of the index: the contigs of "
                "--vcf are those of --gtf, or the transcripts themselves");
        }
        warn_if(counts.missing, "records have a missing genotype, which is taken as REF");
        warn_if(counts.symbolic, "alleles are symbolic or have letters outside ACGT: left out");
        warn_if(counts.crossing, "alleles reach over the end of an exon: left out there");
        warn_if(counts.ref_differs, "alleles whose REF is not in the transcript: left out there");
        warn_if(built.alleles_left_out,
                "alleles have more than 4096 combinations with their neighbours: left out");
    }

    const SiindexOptions& options_;
    std::optional<GeneAnnotation> annotation_;
    std::optional<SampleAlleles> alleles_;
    sirna::OffTargetIndexBuilder builder_;
    std::unordered_set<std::string> seen_;
    SourceCounts odd_;
    std::uint64_t with_cds_ = 0;
};

}  // namespace

int run_siindex(int argc, const char* const* argv) {
    const SiindexOptions options = parse_siindex_options(argc, argv);
    apply_verbosity(options.run);
    if (!options.describe.empty()) {
        print_to_stdout(describe_index(sirna::OffTargetIndex::open(options.describe)));
        return 0;
    }
    const core::ThreadPlan plan = core::make_thread_plan(options.run.threads);
    const io::ThreadPool pool(plan.hts);
    Indexing(options, pool).run();
    return 0;
}

}  // namespace varhush::apps
