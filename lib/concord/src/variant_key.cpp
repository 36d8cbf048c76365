#include "varhush/concord/variant_key.hpp"

#include "varhush/seq/allele.hpp"

#include <algorithm>
#include <cctype>

namespace varhush::concord {

namespace {

std::string upper(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    return out;
}

std::string text_of(std::uint32_t contig,
                    std::int64_t position,
                    std::string_view ref,
                    std::string_view alt) {
    std::string key = std::to_string(contig);
    key += ':';
    key += std::to_string(position);
    key += ':';
    key += ref;
    key += '>';
    key += alt;
    return key;
}

}  // namespace

std::uint32_t ContigNumbers::add(std::string_view name) {
    const auto [place, is_new] =
        numbers_.emplace(std::string(name), static_cast<std::uint32_t>(names_.size()));
    if (is_new) {
        names_.emplace_back(name);
        found_.clear();
        aliases_.reset();
    }
    return place->second;
}

std::optional<std::uint32_t> ContigNumbers::find(std::string_view name) {
    const auto [place, is_new] = found_.emplace(std::string(name), std::nullopt);
    if (is_new) {
        if (!aliases_) {
            aliases_.emplace(names_);
        }
        if (const auto known = aliases_->find(name)) {
            place->second = numbers_.at(*known);
        }
    }
    return place->second;
}

VariantKeys::VariantKeys(const io::FastaReader* reference) : reference_(reference) {
    if (reference_ != nullptr) {
        aliases_ = seq::aliases_of(*reference_);
    }
}

std::string VariantKeys::of(std::uint32_t contig,
                            std::string_view contig_name,
                            std::int64_t position,
                            std::string_view ref,
                            std::string_view alt) const {
    if (reference_ != nullptr) {
        if (const auto there = aliases_.find(contig_name)) {
            const auto found = seq::normalise(*reference_, *there, position, ref, alt);
            if (const auto* change = std::get_if<seq::Change>(&found)) {
                return text_of(contig, change->start, change->ref, change->alt);
            }
        }
    }
    if (seq::classify_alt(alt) != seq::AlleleStatus::kOk) {
        return text_of(contig, position, ref, alt);
    }
    const std::string upper_ref = upper(ref);
    const std::string upper_alt = upper(alt);
    std::string_view before = upper_ref;
    std::string_view after = upper_alt;
    while (!before.empty() && !after.empty() && before.back() == after.back()) {
        before.remove_suffix(1);
        after.remove_suffix(1);
    }
    while (!before.empty() && !after.empty() && before.front() == after.front()) {
        before.remove_prefix(1);
        after.remove_prefix(1);
        ++position;
    }
    return text_of(contig, position, before, after);
}

}  // namespace varhush::concord
