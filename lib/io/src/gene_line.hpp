#pragma once

#include "varhush/seq/transcript.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace varhush::io {

/// Name and line of the gene file being read, for messages.
struct FilePosition {
    std::string name;
    std::int64_t line = 0;

    /// @throws Error{kInput}, "name:line: what".
    [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const;
    [[noreturn]] void fail_at(std::int64_t other_line,
                              const std::string& what,
                              const std::string& hint = {}) const;
};

/// The nine columns GTF and GFF3 share. Views into the line.
struct GeneLine {
    std::string_view contig;
    std::string_view type;
    seq::Interval span;  ///< 0-based half-open
    char strand = '.';   ///< one of + - . ?
    std::string_view attributes;
};

/// @throws Error{kInput} for another number of columns, an empty contig or type, coordinates that
/// are no numbers, start at 0 or run backwards, and unknown strands.
[[nodiscard]] GeneLine parse_gene_line(std::string_view line, const FilePosition& position);

/// A coordinate as written, 0 .. 10^12. @throws Error{kInput} naming `what`.
[[nodiscard]] std::int64_t parse_coordinate(std::string_view text,
                                            std::string_view what,
                                            const FilePosition& position);

/// '+' or '-'. @throws Error{kInput} for a transcript without a strand.
[[nodiscard]] char require_strand(char strand, std::string_view what, const FilePosition& position);

using AttributeVisitor = std::function<void(std::string_view key, std::string_view value)>;

/// `key "value"; key 5;` of GTF. @throws Error{kInput} for an open quote or a key without a value.
void visit_gtf_attributes(std::string_view text,
                          const FilePosition& position,
                          const AttributeVisitor& visit);

/// `key=value;key=a,b` of GFF3; values still percent-encoded. @throws Error{kInput} for a part
/// without '='.
void visit_gff3_attributes(std::string_view text,
                           const FilePosition& position,
                           const AttributeVisitor& visit);

/// "%2C" -> ",". Malformed escapes stay as they are.
[[nodiscard]] std::string percent_decode(std::string_view text);

/// How strongly a value of `tag` (several joined with ',' in GFF3) marks its transcript as the
/// gene's canonical one: MANE Select 4, Ensembl_canonical 3, RefSeq Select 2, appris_principal 1,
/// else 0. RefSeq writes blanks where GENCODE writes '_'.
[[nodiscard]] int canonical_rank(std::string_view tag);

}  // namespace varhush::io
