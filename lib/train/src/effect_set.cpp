#include "effect_set.hpp"

#include "encode.hpp"
#include "reference_set.hpp"
#include "row_reader.hpp"
#include "track_loss.hpp"
#include "varhush/core/correlation.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/seq/alphabet.hpp"
#include "varhush/train/random.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

namespace varhush::train {
namespace {

constexpr double kLeast = 1e-6;
constexpr std::size_t kAtATime = 32;  // variants of a validation pass

std::string named(const EffectSource& source, const std::string& role) {
    const auto found = source.columns.find(role);
    return found == source.columns.end() ? role : found->second;
}

std::vector<std::string> columns_of(const EffectSource& source) {
    static const std::set<std::string> kRoles{"element", "offset", "ref", "alt", "effect"};
    for (const auto& [role, name] : source.columns) {
        if (!kRoles.contains(role)) {
            throw Error(ErrorKind::kInput,
                        source.file + ": columns: \"" + role + "\" is no role that is known here");
        }
    }
    std::vector<std::string> names;
    for (const std::string& role : kRoles) {
        names.push_back(named(source, role));
    }
    for (const auto* where : {&source.where, &source.validate_where, &source.test_where}) {
        for (const auto& [name, text] : *where) {
            names.push_back(name);
        }
    }
    return names;
}

void add_effect(std::map<std::string, EffectElement>& elements,
                const std::string& name,
                const std::string& bases,
                MeasuredEffect effect) {
    EffectElement& element = elements[name];
    element.name = name;
    element.bases = bases;
    element.effects.push_back(std::move(effect));
}

/// Elements with two variants at least; others have no correlation and no scale.
std::vector<EffectElement> finished(std::map<std::string, EffectElement>& elements) {
    std::vector<EffectElement> out;
    for (auto& [name, element] : elements) {
        double sum = 0;
        for (const MeasuredEffect& one : element.effects) {
            sum += one.effect * one.effect;
        }
        element.scale = std::sqrt(sum / static_cast<double>(element.effects.size()));
        if (element.effects.size() >= 2 && element.scale > 0) {
            out.push_back(std::move(element));
        }
    }
    return out;
}

MeasuredEffect effect_of(const RowReader& rows,
                         const EffectSource& source,
                         const std::string& bases) {
    MeasuredEffect out;
    out.offset = rows.position(named(source, "offset")) - 1;
    out.ref = rows.field(named(source, "ref"));
    out.alt = rows.field(named(source, "alt"));
    out.alt = out.alt == "-" ? "" : out.alt;
    out.effect = rows.number(named(source, "effect"));
    const bool inside = out.offset >= 0 && static_cast<std::size_t>(out.offset) < bases.size();
    if (!inside || out.ref.empty() ||
        bases.compare(static_cast<std::size_t>(out.offset), out.ref.size(), out.ref) != 0) {
        rows.refuse("the element does not have " + out.ref + " at " +
                    std::to_string(out.offset + 1));
    }
    return out;
}

void refuse_shared(const EffectSource& source,
                   const std::map<std::string, EffectElement>& one,
                   const std::map<std::string, EffectElement>& other,
                   const std::string& how) {
    for (const auto& [name, element] : one) {
        if (other.contains(name)) {
            throw Error(ErrorKind::kInput,
                        "leak: " + source.file + ": element " + name + " is " + how,
                        "split by element: neighbours share their motifs");
        }
    }
}

}  // namespace

EffectSet read_effects(const EffectSource& source, std::int64_t window_bp) {
    const ReferenceSet reference({source.fasta});
    RowReader rows(source.file, columns_of(source));
    std::array<std::map<std::string, EffectElement>, 3> sets;  // trained on, watched, reported
    const std::array wheres{&source.where, &source.validate_where, &source.test_where};
    while (rows.next()) {
        for (std::size_t i = 0; i < sets.size(); ++i) {
            if ((i > 0 && wheres[i]->empty()) || !rows.matches(*wheres[i])) {
                continue;
            }
            const std::string name(rows.field(named(source, "element")));
            const auto length = reference.length_bp(name);
            if (!length || *length > window_bp) {
                rows.refuse(length ? "element " + name + " is longer than a window"
                                   : "the FASTA has no element " + name);
            }
            const std::string bases = reference.fetch(name, 0, *length);
            // N in the element stands for a base that was never measured.
            add_effect(sets[i], name, bases, effect_of(rows, source, bases));
        }
    }
    refuse_shared(source, sets[0], sets[1], "trained on and watched");
    refuse_shared(source, sets[0], sets[2], "trained on and reported");
    refuse_shared(source, sets[1], sets[2], "watched and reported");
    EffectSet set{finished(sets[0]), finished(sets[1]), finished(sets[2])};
    if (set.train.empty()) {
        throw Error(ErrorKind::kInput, source.file + ": no row to train on");
    }
    if (!source.test_where.empty() && set.test.empty()) {
        throw Error(ErrorKind::kInput,
                    source.file + ": test_where leaves no element with two effects");
    }
    const std::size_t given = sets[0].size() + sets[1].size() + sets[2].size();
    const std::size_t kept = set.train.size() + set.validation.size() + set.test.size();
    if (kept < given) {
        core::log(core::LogLevel::kWarning,
                  source.file + ": " + std::to_string(given - kept) +
                      " elements with fewer than two effects, or none above 0, are left out");
    }
    return set;
}

std::string in_window(const std::string& bases,
                      std::size_t element_length,
                      std::int64_t window_bp) {
    const auto size = static_cast<std::size_t>(window_bp);
    const std::size_t start = (size - element_length) / 2;
    std::string window(size, 'N');
    const std::size_t count = std::min(bases.size(), size - start);
    window.replace(start, count, bases, 0, count);
    return window;
}

std::string changed(const std::string& bases, const MeasuredEffect& effect) {
    const auto at = static_cast<std::size_t>(effect.offset);
    VARHUSH_CHECK(at + effect.ref.size() <= bases.size());
    return bases.substr(0, at) + effect.alt + bases.substr(at + effect.ref.size());
}

EffectJudge::EffectJudge(const EffectSource& source,
                         const TrackLabels& labels,
                         const TrackConfig& config)
    : source_(source),
      set_(read_effects(source, config.window_bp)),
      window_bp_(config.window_bp),
      seed_(config.fit.seed) {
    for (const std::size_t index : labels.of(source.output)) {
        const LabelTrack& track = labels.tracks[index];
        if (source.track.empty() || track.track.name == source.track) {
            channels_.push_back(track.track.channel);
            either_strand_ = either_strand_ && track.track.strand == '.';
            heads_.clear();
            for (const int resolution : track.resolutions) {
                heads_.emplace_back(source.output, resolution);
            }
        }
    }
    if (channels_.empty()) {
        throw Error(ErrorKind::kInput,
                    "effects: no track \"" + source.track + "\" of " +
                        std::string(models::output_name(source.output)));
    }
}

at::Tensor EffectJudge::differences(const TrackNetwork& network,
                                    const EffectElement& element,
                                    const std::vector<const MeasuredEffect*>& effects,
                                    bool reversed) const {
    std::vector<at::Tensor> encoded;
    const auto add = [&](const std::string& bases) {
        const std::string window = in_window(bases, element.bases.size(), window_bp_);
        encoded.push_back(encode(reversed ? seq::reverse_complement(window) : window));
    };
    add(element.bases);
    for (const MeasuredEffect* one : effects) {
        add(changed(element.bases, *one));
    }
    const HeadOutputs outputs = network.forward(at::cat(encoded, 0));
    const at::Tensor channels = at::tensor(at::ArrayRef<std::int64_t>(channels_));
    at::Tensor sum;
    for (const HeadKey& key : heads_) {
        // The window's middle holds the element; a base to each side of it is shared by both ends.
        const std::int64_t bins = window_bp_ / key.second;
        const auto length = static_cast<std::int64_t>(element.bases.size());
        const std::int64_t first = (window_bp_ - length) / 2 / key.second;
        const std::int64_t last = bins - first;
        const at::Tensor& all = outputs.heads.at(key);
        const at::Tensor seen = all.narrow(1, first, last - first)
                                    .index_select(2, channels.to(all.device()))
                                    .sum(1)
                                    .clamp_min(kLeast)
                                    .log2();
        const at::Tensor difference =
            (seen.narrow(0, 1, seen.size(0) - 1) - seen.narrow(0, 0, 1)).mean(1);
        sum = sum.defined() ? sum + difference : difference;
    }
    return sum / static_cast<double>(heads_.size());
}

at::Tensor EffectJudge::loss(const TrackNetwork& network, std::int64_t step) const {
    Random random(seed_for(seed_, 4, step));
    const EffectElement& element = set_.train[static_cast<std::size_t>(
        random.below(static_cast<std::int64_t>(set_.train.size())))];
    std::vector<const MeasuredEffect*> chosen;
    std::vector<float> measured;
    for (int i = 0; i < source_.batch; ++i) {
        chosen.push_back(&element.effects[static_cast<std::size_t>(
            random.below(static_cast<std::int64_t>(element.effects.size())))]);
        measured.push_back(static_cast<float>(chosen.back()->effect));
    }
    const bool reversed = random.chance(0.5) && either_strand_;
    const at::Tensor predicted = differences(network, element, chosen, reversed);
    return source_.weight *
           effect_loss(predicted,
                       at::tensor(at::ArrayRef<float>(measured)).to(predicted.device()),
                       element.scale);
}

double EffectJudge::correlation(const TrackNetwork& network, const EffectElement& element) const {
    const at::NoGradGuard no_grad;
    std::vector<double> predicted;
    std::vector<double> measured;
    for (std::size_t first = 0; first < element.effects.size(); first += kAtATime) {
        std::vector<const MeasuredEffect*> some;
        for (std::size_t i = first; i < std::min(first + kAtATime, element.effects.size()); ++i) {
            some.push_back(&element.effects[i]);
            measured.push_back(element.effects[i].effect);
        }
        const at::Tensor found =
            differences(network, element, some, false).cpu().to(at::kDouble).contiguous();
        predicted.insert(
            predicted.end(), found.data_ptr<double>(), found.data_ptr<double>() + found.numel());
    }
    return core::pearson_correlation(predicted, measured);
}

double EffectJudge::validate(const TrackNetwork& network) const {
    double sum = 0;
    for (const EffectElement& element : set_.validation) {
        sum += correlation(network, element);
    }
    return set_.validation.empty() ? std::numeric_limits<double>::quiet_NaN()
                                   : sum / static_cast<double>(set_.validation.size());
}

}  // namespace varhush::train
