#include "apps/common/fasta_stream.hpp"

#include "varhush/core/error.hpp"

#include <cctype>
#include <utility>

namespace varhush::apps {

FastaStream::FastaStream(const std::string& path) : reader_(path) {}

FastaStream::FastaStream(io::TextReader reader, std::string first_line)
    : reader_(std::move(reader)), line_(std::move(first_line)), have_header_(true) {}

bool FastaStream::next(Record& record) {
    while (!have_header_) {
        if (!reader_.next(line_)) {
            return false;
        }
        if (line_.starts_with('>')) {
            have_header_ = true;
        } else if (!line_.empty()) {
            throw Error(ErrorKind::kInput, reader_.where() + ": expected '>' and a name");
        }
    }
    record = {};
    const auto blank = line_.find_first_of(" \t");
    record.name = line_.substr(1, blank == std::string::npos ? blank : blank - 1);
    if (blank != std::string::npos) {
        record.description = line_.substr(blank + 1);
    }
    const std::string where = reader_.where();
    if (record.name.empty()) {
        throw Error(ErrorKind::kInput, where + ": a sequence without a name");
    }
    have_header_ = false;
    while (reader_.next(line_)) {
        if (line_.starts_with('>')) {
            have_header_ = true;
            break;
        }
        for (const char c : line_) {
            if (std::isspace(static_cast<unsigned char>(c)) == 0) {
                record.letters += c;
            }
        }
    }
    if (record.letters.empty()) {
        throw Error(ErrorKind::kInput, where + ": '" + record.name + "' has no sequence");
    }
    return true;
}

}  // namespace varhush::apps
