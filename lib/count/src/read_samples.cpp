#include "varhush/count/read_samples.hpp"

#include <algorithm>
#include <set>

namespace varhush::count {

std::size_t ReadSamples::add(const std::string& name) {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found != names_.end()) {
        return static_cast<std::size_t>(found - names_.begin());
    }
    names_.push_back(name);
    return names_.size() - 1;
}

ReadSamples::ReadSamples(std::span<const io::AlignmentReader> readers) {
    for (const io::AlignmentReader& reader : readers) {
        Source source;
        std::set<std::size_t> samples;
        for (const auto& group : reader.read_groups()) {
            const std::size_t sample = add(group.sample.empty() ? group.id : group.sample);
            source.groups.emplace(group.id, sample);
            samples.insert(sample);
        }
        if (samples.empty()) {
            samples.insert(add(reader.name()));
        }
        if (samples.size() == 1) {
            source.only = *samples.begin();
        }
        sources_.push_back(std::move(source));
    }
}

std::optional<std::size_t> ReadSamples::of(std::size_t source,
                                           const std::string& read_group) const {
    const Source& from = sources_[source];
    if (read_group.empty() || from.groups.empty()) {
        return from.only;
    }
    const auto found = from.groups.find(read_group);
    return found == from.groups.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace varhush::count
