#include "varhush/count/read_samples.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace varhush::count {

std::string some_of(const std::vector<std::string>& names) {
    constexpr std::size_t kShown = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
        text += i == 0 ? "" : ", ";
        text += names[i];
    }
    return text + (names.size() > kShown ? ", …" : "");
}

std::size_t ReadSamples::add(const std::string& name) {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found != names_.end()) {
        return static_cast<std::size_t>(found - names_.begin());
    }
    names_.push_back(name);
    return names_.size() - 1;
}

void ReadSamples::read_groups(const io::AlignmentReader& reader, bool ignore) {
    Source source;
    std::set<std::size_t> samples;
    if (!ignore) {
        for (const auto& group : reader.read_groups()) {
            const std::size_t sample = add(group.sample.empty() ? group.id : group.sample);
            source.groups.emplace(group.id, Place{Kind::kSample, sample});
            samples.insert(sample);
        }
    }
    if (samples.empty()) {
        samples.insert(add(reader.name()));
    }
    if (samples.size() == 1) {
        source.rest = {Kind::kSample, *samples.begin()};
    }
    sources_.push_back(std::move(source));
}

/// Drops what was not asked for and numbers the others anew.
void ReadSamples::choose(const SampleChoice& choice) {
    for (const std::string& name : choice.names) {
        if (std::find(names_.begin(), names_.end(), name) == names_.end()) {
            throw Error(ErrorKind::kUsage,
                        "the reads have no sample '" + name + "'",
                        "they have " + some_of(names_) + " (SM of @RG, or the name of the file)");
        }
    }
    std::vector<Place> places;
    std::vector<std::string> kept;
    for (const std::string& name : names_) {
        const bool named =
            std::find(choice.names.begin(), choice.names.end(), name) != choice.names.end();
        places.push_back(named == choice.exclude ? Place{Kind::kLeftOut, 0}
                                                 : Place{Kind::kSample, kept.size()});
        if (named != choice.exclude) {
            kept.push_back(name);
        }
    }
    if (kept.empty()) {
        throw Error(ErrorKind::kUsage, "no sample is left", "the reads have " + some_of(names_));
    }
    names_ = std::move(kept);
    const auto renumber = [&places](Place& place) {
        place = place.kind == Kind::kSample ? places[place.index] : place;
    };
    for (Source& source : sources_) {
        for (auto& [id, place] : source.groups) {
            renumber(place);
        }
        renumber(source.rest);
    }
}

ReadSamples::ReadSamples(std::span<const io::AlignmentReader> readers, const SampleChoice& choice) {
    for (const io::AlignmentReader& reader : readers) {
        read_groups(reader, choice.ignore_groups);
    }
    if (!choice.names.empty()) {
        choose(choice);
    }
}

ReadSamples::Place ReadSamples::of(std::size_t source, const std::string& read_group) const {
    const Source& from = sources_[source];
    if (read_group.empty() || from.groups.empty()) {
        return from.rest;
    }
    const auto found = from.groups.find(read_group);
    return found == from.groups.end() ? Place{} : found->second;
}

}  // namespace varhush::count
