#include "reference_set.hpp"

#include "varhush/core/error.hpp"

namespace varhush::train {

ReferenceSet::ReferenceSet(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
        files_.emplace_back(path);
        for (const Contig& contig : files_.back().contigs()) {
            if (!file_of_.emplace(contig.name, files_.size() - 1).second) {
                throw Error(ErrorKind::kInput,
                            path + ": contig " + contig.name + " is in another FASTA too");
            }
            contigs_.push_back(contig);
        }
    }
}

std::optional<std::int64_t> ReferenceSet::length_bp(std::string_view name) const {
    const auto found = file_of_.find(name);
    return found == file_of_.end() ? std::nullopt : files_[found->second].length_bp(name);
}

std::string ReferenceSet::fetch(std::string_view name, std::int64_t start, std::int64_t end) const {
    const auto found = file_of_.find(name);
    VARHUSH_CHECK(found != file_of_.end());
    return files_[found->second].fetch(name, start, end);
}

}  // namespace varhush::train
