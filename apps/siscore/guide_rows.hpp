#pragma once

#include "apps/common/fasta_stream.hpp"
#include "varhush/io/text_reader.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace varhush::apps {

/// How messages call an input: "standard input" for "-".
[[nodiscard]] std::string input_name(const std::string& path);

/// One row of the input.
struct GuideRow {
    std::string text;     ///< the row's columns as they came
    std::string id;       ///< empty: none
    std::string guide;    ///< as it came
    std::string context;  ///< as it came; empty: unknown
};

/// Guides of a table or a FASTA file, told apart by content.
class GuideRows {
  public:
    /// @throws Error{kInput} for an empty file, a table without a column 'guide', or with a column
    /// that siscore adds.
    explicit GuideRows(const std::string& path);

    /// Names of the columns of GuideRow::text.
    [[nodiscard]] const std::string& header() const noexcept { return header_; }
    /// False at the end. @throws Error{kInput} with the line of a row with other columns than the
    /// header.
    bool next(GuideRow& row);
    /// Whether the last line of a table ended: the file may be cut.
    [[nodiscard]] bool complete() const;

  private:
    void read_header();

    std::string path_;
    std::optional<io::TextReader> table_;
    std::optional<FastaStream> fasta_;
    std::string header_;
    std::size_t columns_ = 0;
    std::size_t guide_ = 0;
    std::optional<std::size_t> id_;
    std::optional<std::size_t> context_;
};

}  // namespace varhush::apps
