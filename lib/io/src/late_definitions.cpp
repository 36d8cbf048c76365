#include "late_definitions.hpp"

#include "varhush/core/log.hpp"

#include <utility>

namespace varhush::io {

namespace {
constexpr int kMaxReported = 10;
}

LateDefinitions::LateDefinitions(const bcf_hdr_t* header, std::string name)
    : name_(std::move(name)), known_(header->nhrec) {}

std::vector<std::string> LateDefinitions::take(bcf_hdr_t* header, const std::string& where) {
    std::vector<std::string> lines;
    for (; known_ < header->nhrec; ++known_) {
        KString text;
        if (bcf_hrec_format(header->hrec[known_], &text) < 0) {
            throw std::bad_alloc();
        }
        lines.emplace_back(text.s, text.l - 1);
        if (++reported_ <= kMaxReported) {
            core::log(core::LogLevel::kWarning,
                      where + ": not defined in the header, taken as " + lines.back());
        }
    }
    return lines;
}

void LateDefinitions::summarise() const {
    if (reported_ > kMaxReported) {
        core::log(core::LogLevel::kWarning,
                  name_ + ": " + std::to_string(reported_) +
                      " contigs and tags in all were not defined in the header");
    }
}

}  // namespace varhush::io
