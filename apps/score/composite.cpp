#include "apps/score/composite.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string_view>
#include <utility>

namespace varhush::apps {

namespace {

constexpr char kFieldBreak = '|';

std::vector<std::string> fields_of(std::string_view text) {
    std::vector<std::string> fields;
    while (!text.empty()) {
        const std::size_t end = text.find(kFieldBreak);
        fields.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? "" : text.substr(end + 1);
    }
    return fields;
}

// Every field that is in some format, in the order in which they first come, and the model's name.
std::vector<std::string> all_fields(const std::vector<CompositeRecordScorer::Part>& parts) {
    std::vector<std::string> all;
    for (const auto& part : parts) {
        for (std::string& field : fields_of(part.content.packed_format)) {
            if (std::find(all.begin(), all.end(), field) == all.end()) {
                all.push_back(std::move(field));
            }
        }
    }
    all.emplace_back("Model");
    return all;
}

// An entry of one part's format as one of the format of all.
std::string widened(std::string_view entry,
                    const std::vector<std::size_t>& places,
                    const std::string& model,
                    std::size_t fields) {
    std::vector<std::string_view> values(fields);
    values.back() = model;
    for (const std::size_t place : places) {
        const std::size_t end = entry.find(kFieldBreak);
        values[place] = entry.substr(0, end);
        entry = end == std::string_view::npos ? "" : entry.substr(end + 1);
    }
    std::string out;
    for (std::size_t i = 0; i < fields; ++i) {
        if (i > 0) {
            out += kFieldBreak;
        }
        out += values[i];
    }
    return out;
}

// The larger of two values that may be absent.
template <typename T>
bool take_larger(const std::optional<T>& from, std::optional<T>& into) {
    const bool larger = from && (!into || *from > *into);
    if (larger) {
        into = from;
    }
    return larger;
}

}  // namespace

CompositeRecordScorer::CompositeRecordScorer(std::vector<Part> parts)
    : parts_(std::move(parts)), fields_(all_fields(parts_)), sign_part_(parts_.size()) {
    VARHUSH_CHECK(parts_.size() > 1);
    for (const Part& part : parts_) {
        std::vector<std::size_t> places;
        for (const std::string& field : fields_of(part.content.packed_format)) {
            const auto found = std::find(fields_.begin(), fields_.end(), field);
            places.push_back(static_cast<std::size_t>(found - fields_.begin()));
        }
        field_places_.push_back(std::move(places));
        counts_.push_back({part.name, {}, 0});
        if (sign_part_ == parts_.size() && !part.content.sign_of.empty()) {
            sign_part_ = counts_.size() - 1;
        }
    }
}

void CompositeRecordScorer::merge(std::size_t part,
                                  seq::AlleleAnnotation& from,
                                  seq::AlleleAnnotation& into) {
    const bool scored = from.status == seq::AlleleStatus::kOk;
    ++counts_[part].counts[static_cast<std::size_t>(from.status)];
    if (!scored) {
        into.missed += (into.missed.empty() ? "" : "&") + parts_[part].name + ":" +
                       std::string(seq::status_text(from.status));
    }
    if (part == 0 || scored) {
        into.status = from.status;
    }
    for (std::size_t i = 0; i < seq::kModalityCount; ++i) {
        const auto& value = from.effect[i];
        auto& kept = into.effect[i];
        if (value && (!kept || std::fabs(*value) > std::fabs(*kept))) {
            kept = value;
        }
    }
    // Before any rank is known the first words stand.
    if (take_larger(from.max_rank, into.max_rank) || into.top.empty()) {
        into.top = std::move(from.top);
    }
    take_larger(from.spread, into.spread);
    take_larger(from.unlike, into.unlike);
    // Signs are of one tag: that of the first model whose table knows them.
    if (part == sign_part_) {
        into.sign_probability = from.sign_probability;
    }
    for (const std::string& entry : from.packed) {
        into.packed.push_back(
            widened(entry, field_places_[part], parts_[part].name, fields_.size()));
    }
}

void CompositeRecordScorer::score(std::span<const io::VariantRecord> records,
                                  std::span<seq::RecordAnnotation> annotations) {
    std::fill(annotations.begin(), annotations.end(), seq::RecordAnnotation{});
    for (std::size_t part = 0; part < parts_.size(); ++part) {
        scratch_.assign(records.size(), {});
        const auto begin = std::chrono::steady_clock::now();
        parts_[part].scorer->score(records, scratch_);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        counts_[part].seconds += took.count();
        for (std::size_t r = 0; r < records.size(); ++r) {
            auto& into = annotations[r];
            auto& from = scratch_[r];
            into.alleles.resize(from.alleles.size());
            for (std::size_t a = 0; a < from.alleles.size(); ++a) {
                merge(part, from.alleles[a], into.alleles[a]);
            }
            std::move(from.compat.begin(), from.compat.end(), std::back_inserter(into.compat));
        }
    }
}

report::VcfAnnotatorOptions CompositeRecordScorer::content() const {
    report::VcfAnnotatorOptions all;
    all.missed = true;
    for (const Part& part : parts_) {
        const auto& one = part.content;
        all.modalities.insert(all.modalities.end(), one.modalities.begin(), one.modalities.end());
        all.calibrated = all.calibrated || one.calibrated;
        all.spread = all.spread || one.spread;
        all.unlike = all.unlike || one.unlike;
        all.top = all.top || one.top;
        if (all.compat_tag.empty()) {
            all.compat_tag = one.compat_tag;
            all.compat_description = one.compat_description;
        }
    }
    if (sign_part_ < parts_.size()) {
        all.sign_of = parts_[sign_part_].content.sign_of;
    }
    std::sort(all.modalities.begin(), all.modalities.end());
    all.modalities.erase(std::unique(all.modalities.begin(), all.modalities.end()),
                         all.modalities.end());
    for (const std::string& field : fields_) {
        all.packed_format += (all.packed_format.empty() ? "" : "|") + field;
    }
    return all;
}

std::vector<report::ModelCounts> CompositeRecordScorer::counts() const {
    return counts_;
}

}  // namespace varhush::apps
