#pragma once

#include "hts.hpp"
#include "line_source.hpp"

#include <htslib/sam.h>

#include <string>
#include <string_view>

namespace varhush::io {

using SamHeaderPtr = std::unique_ptr<sam_hdr_t, Call<sam_hdr_destroy>>;

/// SAM as text, plain or compressed, line by line. HTSlib's own reader cannot tell whether the last
/// line had an end: a header or a read that is cut within a line would pass for a whole one.
class SamText {
  public:
    /// `name` is for messages. The handle must outlive this object.
    SamText(htsFile* file, const std::string& name) : lines_(file, name) {}

    /// All lines in front of the first read. @throws Error{kInput} for a line that is cut; an empty
    /// pointer stands for a header that is damaged.
    SamHeaderPtr read_header();

    /// As sam_read1(): -1 at the end, less for a line that is no read.
    /// @throws Error{kInput} for a line that is cut.
    int next(sam_hdr_t* header, bam1_t* record);

    /// The third column of the last line.
    [[nodiscard]] std::string_view reference_name() const;

  private:
    bool next_line();

    LineSource lines_;
    std::span<char> line_;
    bool waiting_ = false;  ///< the first line behind the header has been read already
};

/// @throws Error{kInput} always.
[[noreturn]] void fail_for_cut_line(const std::string& name);

}  // namespace varhush::io
