#include "varhush/seq/reference_source.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <utility>

namespace varhush::seq {

void StringReference::add(std::string name, std::string bases) {
    VARHUSH_CHECK(!length_bp(name).has_value());
    std::transform(bases.begin(), bases.end(), bases.begin(), to_acgtn);
    contigs_.push_back({std::move(name), static_cast<std::int64_t>(bases.size())});
    bases_.push_back(std::move(bases));
}

std::optional<std::int64_t> StringReference::length_bp(std::string_view name) const {
    for (const Contig& contig : contigs_) {
        if (contig.name == name) {
            return contig.length_bp;
        }
    }
    return std::nullopt;
}

std::string StringReference::fetch(std::string_view name,
                                   std::int64_t start,
                                   std::int64_t end) const {
    VARHUSH_CHECK(start <= end);
    const auto found = std::find_if(contigs_.begin(), contigs_.end(), [&](const Contig& contig) {
        return contig.name == name;
    });
    VARHUSH_CHECK(found != contigs_.end());
    std::string window(static_cast<std::size_t>(end - start), 'N');
    const std::int64_t first = std::max<std::int64_t>(start, 0);
    const std::int64_t last = std::min(end, found->length_bp);
    if (first < last) {
        const std::string& bases = bases_[static_cast<std::size_t>(found - contigs_.begin())];
        std::copy(bases.begin() + first, bases.begin() + last, window.begin() + (first - start));
    }
    return window;
}

}  // namespace varhush::seq
