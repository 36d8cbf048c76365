#pragma once

#include "varhush/sirna/off_target_builder.hpp"
#include "varhush/sirna/off_target_index.hpp"
#include "varhush/sirna/off_target_search.hpp"

#include <random>
#include <string>
#include <vector>

namespace varhush::sirna::test {

/// The bytes of an index of these transcripts.
std::vector<std::byte> index_bytes(const std::vector<TranscriptRecord>& records);

OffTargetIndex make_index(const std::vector<TranscriptRecord>& records);

/// Index of plain sequences named t0, t1, …
OffTargetIndex make_index(const std::vector<std::string>& sequences);

/// Random bases of `letters`.
std::string random_bases(std::mt19937& random,
                         std::size_t length,
                         std::string_view letters = "ACGT");

/// Bases made of short repeats and copies of themselves with a few changes: many near hits.
std::string repetitive_bases(std::mt19937& random, std::size_t length);

/// `rna` with `changes` random substitutions.
std::string mutated(std::mt19937& random, std::string rna, int changes);

/// One line a hit: guide, strand, transcript, start, end, mismatches, positions, wobbles, bulge.
std::string describe(const OffTargetHit& hit);
std::vector<std::string> describe(const std::vector<OffTargetHit>& hits);

/// All hits of a search, in the order of the sink; checks that every guide is reported once.
std::vector<OffTargetHit> search_all(const OffTargetIndex& index,
                                     const std::vector<std::string>& guides,
                                     const SearchOptions& options);

/// What the search must find in plain sequences, by comparing every window with every guide, base
/// by base. N matches nothing and cannot be in a site; of an ambiguity letter the best reading of
/// the whole window counts. No bulges.
std::vector<OffTargetHit> brute_force(const std::vector<std::string>& sequences,
                                      const std::vector<std::string>& guides,
                                      const SearchOptions& options);

}  // namespace varhush::sirna::test
