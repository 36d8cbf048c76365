#include "varhush/core/error.hpp"
#include "varhush/train/sirna_trainer.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <set>

namespace varhush::train {
namespace {

using Columns = std::vector<std::int64_t>;

/// Columns whose name starts with one of `prefixes`.
Columns named_like(const std::vector<std::string>& features,
                   const std::vector<std::string>& prefixes) {
    Columns out;
    for (const std::string& prefix : prefixes) {
        for (std::size_t i = 0; i < features.size(); ++i) {
            if (features[i].starts_with(prefix)) {
                out.push_back(static_cast<std::int64_t>(i));
            }
        }
    }
    return out;
}

Columns in_blocks(const std::vector<std::string>& blocks, const std::set<std::string>& wanted) {
    Columns out;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (wanted.contains(blocks[i])) {
            out.push_back(static_cast<std::int64_t>(i));
        }
    }
    return out;
}

SirnaPartRecipe network(const std::string& kind, const Columns& letters, const Columns& dense) {
    SirnaPartRecipe out;
    out.part.name = kind;
    out.part.kind = kind;
    out.part.sequence = letters;
    out.part.dense = dense;
    return out;
}

double parse_number(const std::string& setting, const std::string& text) {
    double value = 0;
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    if (result.ec != std::errc{} || result.ptr != end) {
        throw Error(ErrorKind::kUsage, "--set " + setting + ": '" + text + "' is no number");
    }
    return value;
}

std::map<std::string, std::function<void(double)>> keys_of(SirnaPartRecipe& one) {
    const auto real = [](double& to) { return [&to](double value) { to = value; }; };
    const auto whole = [](auto& to) {
        return
            [&to](double value) { to = static_cast<std::remove_reference_t<decltype(to)>>(value); };
    };
    return {{"epochs", whole(one.epochs)},
            {"learning_rate", real(one.learning_rate)},
            {"weight_decay", real(one.weight_decay)},
            {"dropout_letters", real(one.dropout_letters)},
            {"dropout_hidden", real(one.dropout_hidden)},
            {"dropout_encoder", real(one.dropout_encoder)},
            {"rank_weight", real(one.rank_weight)},
            {"curvature_weight", real(one.curvature_weight)},
            {"pretrain_steps", whole(one.pretrain_steps)},
            {"kernel_steps", whole(one.kernel_steps)},
            {"search_rows", whole(one.search_rows)},
            {"hidden", whole(one.part.hidden)},
            {"channels", whole(one.part.channels)},
            {"layers", whole(one.part.layers)},
            {"knots", whole(one.part.knots)},
            {"feed_forward", whole(one.part.feed_forward)}};
}

}  // namespace

std::vector<SirnaPartRecipe> default_sirna_recipe(const std::vector<std::string>& features,
                                                  const std::vector<std::string>& blocks) {
    VARHUSH_CHECK(features.size() == blocks.size());
    const Columns letters = named_like(features, {"base_", "flank_20_", "flank_21_"});
    const Columns energies = in_blocks(blocks, {"step", "ends"});
    const Columns dense = in_blocks(blocks, {"step", "ends", "rules"});

    SirnaPartRecipe spline = network("spline", letters, dense);
    spline.part.hidden = 16;
    spline.part.knots = 8;
    spline.dropout_hidden = 0.2;
    spline.curvature_weight = 1;
    spline.rank_weight = 0.3;

    SirnaPartRecipe cnn = network("cnn", letters, dense);
    cnn.part.widths = {1, 3, 5};
    cnn.part.channels = 24;
    cnn.part.hidden = 48;
    cnn.weight_decay = 0.3;
    cnn.dropout_letters = 0.4;
    cnn.dropout_hidden = 0.4;
    cnn.rank_weight = 0.3;

    SirnaPartRecipe transformer = network("transformer", letters, dense);
    transformer.part.channels = 32;
    transformer.part.layers = 1;
    transformer.part.heads = 4;
    transformer.part.feed_forward = 64;
    transformer.part.hidden = 48;
    transformer.dropout_letters = 0.4;
    transformer.dropout_hidden = 0.4;
    transformer.dropout_encoder = 0.2;
    transformer.rank_weight = 0.3;
    transformer.pretrain_steps = 1500;

    SirnaPartRecipe kernel;
    kernel.part.name = "kernel";
    kernel.part.kind = "kernel";
    kernel.part.sequence = letters;
    for (const char* block : {"pair", "triple"}) {
        const Columns words = in_blocks(blocks, {block});
        kernel.part.sequence.insert(kernel.part.sequence.end(), words.begin(), words.end());
    }
    kernel.part.terms = {{"letters", letters, true},
                         {"energies", energies, false},
                         {"rules", in_blocks(blocks, {"rules"}), false},
                         {"context", in_blocks(blocks, {"context", "flank"}), false}};
    kernel.part.terms.push_back({"access", in_blocks(blocks, {"self", "access"}), false});
    kernel.states = {"transcript"};

    SirnaPartRecipe flanks = kernel;
    flanks.part.name = "kernel_flanks";
    flanks.part.terms.pop_back();
    flanks.states = {"flanks"};

    SirnaPartRecipe guide = flanks;
    guide.part.name = "kernel_guide";
    std::erase_if(guide.part.sequence, [&](std::int64_t column) {
        return blocks[static_cast<std::size_t>(column)] == "flank";
    });
    guide.part.terms.front().columns = named_like(features, {"base_"});
    guide.part.terms.pop_back();
    guide.states = {"guide"};
    return {spline, cnn, transformer, kernel, flanks, guide};
}

void change_sirna_recipe(std::vector<SirnaPartRecipe>& recipe, const std::string& setting) {
    const auto dot = setting.find('.');
    const auto equals = setting.find('=');
    if (dot == std::string::npos || equals == std::string::npos || dot > equals) {
        throw Error(ErrorKind::kUsage, "--set: expected PART.KEY=NUMBER, found " + setting);
    }
    const std::string name = setting.substr(0, dot);
    const std::string key = setting.substr(dot + 1, equals - dot - 1);
    const auto found = std::find_if(
        recipe.begin(), recipe.end(), [&](const auto& one) { return one.part.name == name; });
    if (found == recipe.end()) {
        throw Error(ErrorKind::kUsage, "--set: there is no part '" + name + "'");
    }
    const auto keys = keys_of(*found);
    const auto change = keys.find(key);
    if (change == keys.end()) {
        std::string known;
        for (const auto& [one, ignored] : keys) {
            known += known.empty() ? "" : ", ";
            known += one;
        }
        throw Error(ErrorKind::kUsage, "--set: there is no key '" + key + "'", "known: " + known);
    }
    change->second(parse_number(setting, setting.substr(equals + 1)));
}

}  // namespace varhush::train
