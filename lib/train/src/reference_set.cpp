#include "reference_set.hpp"

#include "varhush/core/error.hpp"

namespace varhush::train {

ReferenceSet::ReferenceSet(const std::vector<std::string>& paths,
                           std::span<const SequenceTable> tables) {
    for (const std::string& path : paths) {
        files_.emplace_back(path);
        for (const Contig& contig : files_.back().contigs()) {
            add(contig, path);
            file_of_.emplace(contig.name, files_.size() - 1);
        }
    }
    for (const SequenceTable& table : tables) {
        for (const Split split : kSplits) {
            if (table.length_bp(split) > 0) {
                add({table.contig(split), table.length_bp(split)}, table.source().file);
                table_of_.emplace(table.contig(split), std::pair(&table, split));
            }
        }
    }
}

void ReferenceSet::add(const Contig& contig, const std::string& whose) {
    if (length_bp(contig.name)) {
        throw Error(ErrorKind::kInput,
                    whose + ": contig " + contig.name + " is in another file too");
    }
    contigs_.push_back(contig);
}

std::optional<std::int64_t> ReferenceSet::length_bp(std::string_view name) const {
    if (const auto table = table_of_.find(name); table != table_of_.end()) {
        return table->second.first->length_bp(table->second.second);
    }
    const auto found = file_of_.find(name);
    return found == file_of_.end() ? std::nullopt : files_[found->second].length_bp(name);
}

std::string ReferenceSet::fetch(std::string_view name, std::int64_t start, std::int64_t end) const {
    if (const auto table = table_of_.find(name); table != table_of_.end()) {
        return table->second.first->fetch(table->second.second, start, end);
    }
    const auto found = file_of_.find(name);
    VARHUSH_CHECK(found != file_of_.end());
    return files_[found->second].fetch(name, start, end);
}

}  // namespace varhush::train
