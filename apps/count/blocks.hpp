#pragma once

#include "apps/count/options.hpp"
#include "varhush/count/bias_limits.hpp"
#include "varhush/count/block_counter.hpp"
#include "varhush/count/features.hpp"
#include "varhush/count/site.hpp"
#include "varhush/io/alignment_reader.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/io/variant_record.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace varhush::apps {

/// `--blocks`: fragments by haplotype, a table of phase blocks, genes or peaks.
class BlockTable {
  public:
    /// `wanted` are the samples that were asked for; `header` is that of the variants; it and
    /// `samples`, those of the reads, must outlive this.
    /// @throws Error for samples that the VCF does not have, and for features that cannot be read
    /// or lie on no contig of the reads.
    BlockTable(const CountCommandOptions& options,
               const SampleNames& wanted,
               const std::vector<std::string>& samples,
               const io::VariantHeader& header,
               const std::vector<io::AlignmentReader::Contig>& contigs);

    /// A variant that is there twice counts once.
    /// @throws Error{kInput} when it has another phase then.
    void add(const io::VariantRecord& record,
             const count::Site& site,
             std::span<const count::SampleCounts> counts,
             std::span<const count::FragmentCall> calls);
    void extend(const count::LongRead& read) { counter_.extend(read); }
    /// @throws Error{kInput} when no site had a phase, unless only regions were asked for or bias
    /// left none.
    void finish();
    void close() { file_.close(); }
    /// For the log.
    [[nodiscard]] std::string summary() const;

  private:
    /// Why a sample's genotype tells no haplotypes apart.
    enum Unused : std::uint8_t {
        kHomozygous,
        kNotPhased,
        kMissing,
        kNotDiploid,
        kNotCountable,
        kBiased,
        kRepeated,
        kUnusedCount
    };
    /// What a sample's haplotypes carry at a site that was used; none is REF.
    struct Carried {
        std::optional<seq::Change> first;
        std::optional<seq::Change> second;
        std::optional<std::int64_t> phase_set;

        /// Equal for the same two alleles, on whichever haplotype.
        [[nodiscard]] std::int64_t start() const;
    };

    [[nodiscard]] std::optional<count::PhasedGenotype> phase(const io::VariantRecord& record,
                                                             const count::Site& site,
                                                             const count::SampleCounts& counts,
                                                             int column);
    [[nodiscard]] bool was_before(const io::VariantRecord& record,
                                  const Carried& here,
                                  std::size_t sample) const;
    void leave_out_repeated(const io::VariantRecord& record,
                            const count::Site& site,
                            std::vector<std::optional<count::PhasedGenotype>>& genotypes);
    void write(const count::BlockCounts& block);
    [[nodiscard]] std::string unused_text() const;

    const std::vector<std::string>& samples_;
    const io::VariantHeader& header_;
    const std::vector<io::AlignmentReader::Contig>& contigs_;
    std::string vcf_;
    bool is_part_;              ///< only regions of the VCF were asked for
    count::BiasLimits limits_;  ///< alleles beyond them are in no block
    std::vector<int> columns_;  ///< of each sample in the VCF, -1 without one
    std::optional<count::FeatureIndex> features_;
    io::OutputFile file_;
    count::BlockCounter counter_;
    int contig_id_ = -1;  ///< of the last site
    /// By start and sample, as far as records go.
    std::multimap<std::pair<std::int64_t, std::size_t>, Carried> near_;
    std::int64_t used_ = 0;
    std::array<std::int64_t, kUnusedCount> unused_{};
    std::int64_t blocks_ = 0;
    std::int64_t first_ = 0;
    std::int64_t second_ = 0;
    std::int64_t conflict_ = 0;
};

}  // namespace varhush::apps
