#pragma once

#include "varhush/sirna/off_target_index.hpp"
#include "varhush/sirna/off_target_search.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::sirna {

/// How likely a hit is cut, 0 to 1: product over the mismatched positions of what cleavage keeps
/// there. Each position's value and source stand in docs/sioff.md (Elbashir 2001, Haley and Zamore
/// 2004, Du 2005, Schwarz 2006, Huang 2009).
[[nodiscard]] double cleavage_weight(const OffTargetHit& hit);

/// What share of a transcript a seed site removes: 1 - 2^x for the mean log2 change x of Grimson
/// 2007 (Mol Cell 27:91); 0 for kFull.
[[nodiscard]] double seed_weight(SiteKind kind);

/// The seed site that a full site of the reference contains when its seed lies in a 3' UTR (kFull:
/// none). A bulged site is taken for none.
[[nodiscard]] SiteKind seed_in(const OffTargetIndex& index, const OffTargetHit& hit);

/// Share of the patient's copies that have the sequence of a hit: 1 without alleles, 0.5 where one
/// copy has it, 0 where both have something else there (a homozygous allele, a genotype 1/2, two
/// alleles in trans inside the site). Where phase is not known, the largest share that is possible.
[[nodiscard]] double allele_share(const OffTargetIndex& index, const OffTargetHit& hit);

/// What is known of the cell and of the intention.
struct RiskOptions {
    /// One a transcript of the index, e.g. TPM; empty: 1 / (transcripts of its gene), so that every
    /// gene counts 1.
    std::vector<double> transcript_weight;
    /// Genes meant to be silenced (numbers in the index); empty: the genes in which the guide
    /// strand has a site without mismatch are taken as the intended ones of that guide.
    std::vector<std::uint32_t> target_genes;
    bool guess_targets = true;  ///< false: without target_genes, no gene is meant
    bool seed_sites = true;
};

/// Off-targets of one gene.
struct GeneRisk {
    std::uint32_t gene = 0;
    double load = 0;                     ///< sum over its transcripts and sites
    std::uint8_t fewest_mismatches = 0;  ///< of the guide strand, ungapped; 255: no such site
    std::uint32_t sites = 0;             ///< full sites, both strands, all transcripts
};

/// What one guide does besides its work. Counts and loads leave the intended genes out.
struct OffTargetSummary {
    /// Full sites of the guide and the passenger strand by mismatches, over all transcripts.
    std::array<std::uint64_t, 6> guide_sites{};
    std::array<std::uint64_t, 6> passenger_sites{};
    /// Genes by the fewest mismatches of a guide-strand site, 0 to 5.
    std::array<std::uint32_t, 6> genes{};
    std::uint64_t bulged_sites = 0;
    /// Seed sites of the guide strand in 3' UTRs by kind (index: SiteKind), over all transcripts.
    std::array<std::uint64_t, 5> seed_sites{};
    std::array<std::uint64_t, 5> passenger_seed_sites{};
    /// Sum of transcript weight x allele share x cleavage weight over the full sites of the strands
    /// searched. A site that is a seed site too counts in one of the two sums, by its larger
    /// weight.
    double cleavage_load = 0;
    double seed_load =
        0;            ///< sum of transcript weight x seed weight over the reference's seed sites
    double load = 0;  ///< cleavage_load + seed_load
    std::vector<std::uint32_t> intended_genes;  ///< ascending
    std::uint64_t intended_sites = 0;           ///< full guide-strand sites on them
    std::uint32_t intended_transcripts = 0;     ///< with a full guide-strand site without mismatch
    std::vector<GeneRisk> worst_genes;          ///< by cleavage load, descending, at most 20
};

/// Sums hits up, guide by guide. Making one costs a pass over the 3' UTRs (for the seed sites of
/// any guide). The index and the options must outlive it.
class OffTargetAssessor {
  public:
    OffTargetAssessor(const OffTargetIndex& index,
                      const SearchOptions& options,
                      const RiskOptions& risk);
    ~OffTargetAssessor();
    OffTargetAssessor(const OffTargetAssessor&) = delete;
    OffTargetAssessor& operator=(const OffTargetAssessor&) = delete;

    /// `hits` are all full sites of `guide` (RNA), as search_sites gives them; an empty `passenger`
    /// is passenger_of(guide). Safe from several threads.
    [[nodiscard]] OffTargetSummary assess(std::string_view guide,
                                          std::string_view passenger,
                                          std::span<const OffTargetHit> hits) const;

    /// One a transcript: what RiskOptions says, or 1 / (transcripts of its gene).
    [[nodiscard]] const std::vector<double>& transcript_weights() const noexcept;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Searches and sums up; one summary a guide. `also` (may be empty) gets the full sites as well.
[[nodiscard]] std::vector<OffTargetSummary> assess_off_targets(const OffTargetIndex& index,
                                                               std::span<const std::string> guides,
                                                               const SearchOptions& options,
                                                               const RiskOptions& risk,
                                                               const HitSink& also = {});

/// The same with passengers given, one a guide.
[[nodiscard]] std::vector<OffTargetSummary> assess_off_targets(
    const OffTargetIndex& index,
    std::span<const std::string> guides,
    std::span<const std::string> passengers,
    const SearchOptions& options,
    const RiskOptions& risk,
    const HitSink& also = {});

/// Genes that resemble `gene` so much that a guide against it may well hit them too: at least a
/// tenth of the windows of 19 bases (every fifth) of its longest transcript have a site with at
/// most 3 mismatches on them. Ascending, without `gene` itself.
[[nodiscard]] std::vector<std::uint32_t> similar_genes(const OffTargetIndex& index,
                                                       std::uint32_t gene,
                                                       int threads);

}  // namespace varhush::sirna
