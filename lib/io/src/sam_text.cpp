#include "sam_text.hpp"

#include <utility>

namespace varhush::io {

void fail_for_cut_line(const std::string& name) {
    throw Error(ErrorKind::kInput,
                name + " is cut: its last line has no line end",
                "add one if the line is whole");
}

bool SamText::next_line() {
    if (!lines_.next(line_)) {
        return false;
    }
    if (lines_.unterminated()) {
        fail_for_cut_line(lines_.name());
    }
    return true;
}

SamHeaderPtr SamText::read_header() {
    std::string text;
    while (next_line()) {
        if (line_.empty() || line_.front() != '@') {
            waiting_ = true;
            break;
        }
        text.append(line_.data(), line_.size()).push_back('\n');
    }
    return SamHeaderPtr(sam_hdr_parse(text.size(), text.c_str()));
}

int SamText::next(sam_hdr_t* header, bam1_t* record) {
    if (!std::exchange(waiting_, false) && !next_line()) {
        return -1;
    }
    kstring_t text{line_.size(), line_.size() + 1, line_.data()};
    const int result = sam_parse1(&text, header, record);
    return result < 0 ? -2 : result;
}

std::string_view SamText::reference_name() const {
    // sam_parse1 has taken the line apart with NULs.
    constexpr std::string_view kSeparators("\t\0", 2);
    std::string_view rest(line_.data(), line_.size());
    for (int i = 0; i < 2; ++i) {
        const std::size_t end = rest.find_first_of(kSeparators);
        if (end == std::string_view::npos) {
            return {};
        }
        rest.remove_prefix(end + 1);
    }
    return rest.substr(0, rest.find_first_of(kSeparators));
}

}  // namespace varhush::io
