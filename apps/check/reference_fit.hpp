#pragma once

#include "apps/check/findings.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/variant_record.hpp"
#include "varhush/seq/contig_alias.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace varhush::apps {

/// Compares records with one FASTA.
class ReferenceChecker {
  public:
    explicit ReferenceChecker(const std::string& path);

    /// Looks at REF and at the spelling of one record.
    void see(const io::VariantRecord& record);

    /// The counts, with the lengths in `header` compared.
    [[nodiscard]] ReferenceFit finish(const io::VariantHeader& header) const;

    /// The name this FASTA has for a contig.
    [[nodiscard]] std::optional<std::string> name_of(std::string_view contig) const {
        return aliases_.find(contig);
    }
    [[nodiscard]] const io::FastaReader& reference() const { return reference_; }

  private:
    void note_mismatch(const io::VariantRecord& record, const std::string& contig);

    io::FastaReader reference_;
    seq::ContigAliases aliases_;
    ReferenceFit fit_;
    // Records come contig by contig: the last answer is remembered.
    std::string last_contig_;
    std::optional<std::string> last_name_;
};

}  // namespace varhush::apps
