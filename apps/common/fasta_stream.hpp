#pragma once

#include "varhush/io/text_reader.hpp"

#include <string>

namespace varhush::apps {

/// Records of a FASTA file one after the other (plain or compressed, "-" is standard input),
/// letters as they stand: io::FastaReader makes N of the U of RNA.
class FastaStream {
  public:
    explicit FastaStream(const std::string& path);
    /// Goes on with a reader that has given `first_line`, the first header.
    FastaStream(io::TextReader reader, std::string first_line);

    struct Record {
        std::string name;         ///< up to the first blank
        std::string description;  ///< what follows it
        std::string letters;      ///< of all lines, without blanks
    };
    /// False at the end.
    /// @throws Error{kInput} for text before the first '>', a name or sequence that is empty.
    bool next(Record& record);

  private:
    io::TextReader reader_;
    std::string line_;
    bool have_header_ = false;
};

}  // namespace varhush::apps
