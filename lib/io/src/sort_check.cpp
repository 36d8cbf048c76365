#include "sort_check.hpp"

#include "varhush/core/error.hpp"

namespace varhush::io {

namespace {
[[noreturn]] void unsorted(const std::string& contig,
                           std::int64_t position,
                           const std::string& after) {
    throw Error(ErrorKind::kInput,
                "an index needs sorted records, but " + contig + ":" +
                    std::to_string(position + 1) + " comes after " + after,
                "sort the input with 'bcftools sort', or leave out -W");
}
}  // namespace

void SortCheck::see(const std::string& contig, std::int64_t position) {
    if (contig != contig_) {
        if (!contig_.empty()) {
            finished_.insert(contig_);
        }
        if (finished_.contains(contig)) {
            unsorted(contig, position, "records on " + contig_);
        }
        contig_ = contig;
    } else if (position < position_) {
        unsorted(contig, position, contig + ":" + std::to_string(position_ + 1));
    }
    position_ = position;
}

}  // namespace varhush::io
