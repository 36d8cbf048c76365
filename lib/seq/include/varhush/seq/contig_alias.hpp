#pragma once

#include "varhush/seq/reference_source.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace varhush::seq {

/// Finds a contig of one file under the name another file gives it: as written, with or without
/// "chr", MT = chrM = M = chrMT, and the RefSeq accessions of the human chromosomes (NC_000001.11
/// and every other version = chr1). Exact names win over aliases; of two listed names with the same
/// aliases ("1" and "chr1") the first answers to the others.
class ContigAliases {
  public:
    ContigAliases() = default;
    explicit ContigAliases(const std::vector<std::string>& names);

    /// The name under which the listed file knows `name`; nullopt when it does not.
    [[nodiscard]] std::optional<std::string> find(std::string_view name) const;

  private:
    std::unordered_map<std::string, std::string> exact_;
    std::unordered_map<std::string, std::string> canonical_;
};

/// The contigs of a reference under all their names.
[[nodiscard]] ContigAliases aliases_of(const ReferenceSource& reference);

}  // namespace varhush::seq
