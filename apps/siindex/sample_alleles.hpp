#pragma once

#include "apps/siindex/transcript_source.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/io/variant_reader.hpp"
#include "varhush/seq/contig_alias.hpp"
#include "varhush/sirna/genome_placement.hpp"
#include "varhush/sirna/off_target_builder.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace varhush::apps {

/// The alleles of one sample, put on transcripts.
class SampleAlleles {
  public:
    struct Counts {
        std::uint64_t records = 0;
        std::uint64_t read = 0;         ///< ALT alleles that the sample carries
        std::uint64_t unphased = 0;     ///< of these, heterozygous on an unknown copy
        std::uint64_t missing = 0;      ///< records with a missing genotype: taken as REF
        std::uint64_t symbolic = 0;     ///< <DEL>, breakends, letters outside ACGT
        std::uint64_t outside = 0;      ///< in no exon
        std::uint64_t placed = 0;       ///< alleles times transcripts
        std::uint64_t crossing = 0;     ///< not placed: over an end of an exon
        std::uint64_t ref_differs = 0;  ///< not placed: the transcript has other bases
    };

    /// Reads the whole file. With `annotation` only what lies in exons is kept.
    /// @throws Error{kInput} for a file without genotypes, Error{kUsage} for an unknown sample.
    SampleAlleles(const std::string& vcf,
                  const std::string& sample,
                  const GeneAnnotation* annotation,
                  const io::ThreadPool& pool);

    /// Adds what the sample carries to `record`, whose bases lie at `place` (none: the VCF may have
    /// the transcript as a contig).
    /// @throws Error{kInput} when `spliced` bases differ from REF.
    void attach(sirna::TranscriptRecord& record,
                const std::optional<sirna::GenomePlacement>& place,
                bool spliced,
                sirna::OffTargetIndexBuilder& builder);

    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

  private:
    /// ref at [start, start + ref.size()) becomes alt, common ends cut off.
    struct Allele {
        std::int64_t start = 0;
        std::string ref;
        std::string alt;
        std::string label;
        bool on_copy[2] = {false, false};
        bool phased = true;
        bool no_reference = false;  ///< the genotype has no REF
        std::optional<std::int64_t> phase_set;
        std::uint32_t record = 0;              ///< number in the file
        std::optional<std::uint32_t> variant;  ///< once it is in the index

        [[nodiscard]] std::int64_t end() const {
            return start + static_cast<std::int64_t>(ref.size());
        }
        [[nodiscard]] bool homozygous() const { return phased && on_copy[0] && on_copy[1]; }
    };

    void take(const io::VariantHeader& header, const io::VariantRecord& record, int sample);
    void add(const io::VariantRecord& record, std::size_t alt, Allele allele);
    [[nodiscard]] bool in_exon(const std::string& contig, const Allele& allele) const;
    void place_one(Allele& allele,
                   sirna::TranscriptRecord& record,
                   const sirna::GenomePlacement& place,
                   bool spliced,
                   sirna::OffTargetIndexBuilder& builder,
                   std::vector<std::optional<std::int64_t>>& phase_sets);

    const GeneAnnotation* annotation_;
    seq::ContigAliases annotated_;  ///< contigs of the annotation
    std::unordered_map<std::string, std::vector<Allele>> by_contig_;
    std::unordered_map<std::string, std::int64_t> longest_;  ///< REF by contig
    seq::ContigAliases contigs_;
    Counts counts_;
};

}  // namespace varhush::apps
