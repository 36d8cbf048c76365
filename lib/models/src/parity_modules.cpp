#include "parity_tensor.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/parity.hpp"

#include <cmath>
#include <utility>

namespace varhush::models {
namespace {

struct Case {
    ParityTensors weights;
    ParityTensors inputs;
    ParityTensors outputs;
};

std::map<std::string, Case> read_cases(const nn::SafeTensors& fixture) {
    std::map<std::string, Case> cases;
    for (const auto& [key, entry] : fixture.entries()) {
        const auto first = key.find('/');
        const auto second = first == std::string::npos ? first : key.find('/', first + 1);
        if (second == std::string::npos) {
            throw Error(ErrorKind::kInput,
                        fixture.name() + ": \"" + key + "\" is not MODULE/w|in|out/NAME");
        }
        Case& one = cases[key.substr(0, first)];
        const std::string role = key.substr(first + 1, second - first - 1);
        if (role != "w" && role != "in" && role != "out") {
            throw Error(ErrorKind::kInput,
                        fixture.name() + ": \"" + key +
                            "\": expected w, in or out after the "
                            "module's name");
        }
        ParityTensors& group = role == "w" ? one.weights : role == "in" ? one.inputs : one.outputs;
        group[key.substr(second + 1)] = read_parity_tensor(entry, key, fixture.name());
    }
    return cases;
}

/// What rotations at given positions may differ by beyond the rule, element by element; empty for
/// other modules. The reference takes a float32 power for each inverse frequency, whose rounded
/// exponent makes up to 14 units in the last place (ln 1,048,193), and the position multiplies that
/// error.
std::vector<double> rotation_noise(const std::string& module, const ParityTensors& inputs) {
    const auto positions = inputs.find("positions");
    const bool attention = module.starts_with("rope_attention_");
    if ((!attention && !module.starts_with("rope_junction_")) || positions == inputs.end()) {
        return {};
    }
    constexpr double kSixteenUnits = 0x1p-20;
    const ParityTensor& x = inputs.at("x");  // [1, positions, heads, width]
    const auto width = static_cast<std::size_t>(x.shape.at(3));
    const auto row = static_cast<std::size_t>(x.shape.at(2)) * width;
    const std::size_t count = width / 2;
    const double last = (attention ? 8192.0 : 1048576.0) - static_cast<double>(count) + 1;
    std::vector<double> noise(x.values.size());
    for (std::size_t i = 0; i < noise.size(); ++i) {
        const std::size_t pair = i % width / 2;
        const auto frequency = static_cast<double>(pair);
        const double share = frequency / static_cast<double>(count - 1);
        const double angle =
            positions->second.values.at(i / row) / (frequency + std::pow(last, share));
        const std::size_t even = i - i % 2;
        noise[i] =
            kSixteenUnits * angle * (std::abs(x.values[even]) + std::abs(x.values[even + 1]));
    }
    return noise;
}

void compare(ParityReport& report,
             const std::string& name,
             const ParityTensor& expected,
             const ParityTensor* found,
             const std::vector<double>& noise) {
    Tally tally(Allowance(kEarlySlack, sample_deviation(expected.values)));
    if (found == nullptr) {
        tally.fail("this engine has no such module or output");
    } else if (found->shape != expected.shape || found->values.size() != expected.values.size()) {
        tally.fail("has the shape " + shape_text(found->shape) + ", expected " +
                   shape_text(expected.shape));
    } else {
        for (std::size_t i = 0; i < expected.values.size(); ++i) {
            tally.add(expected.values[i],
                      found->values[i],
                      static_cast<std::int64_t>(i),
                      i < noise.size() ? noise[i] : 0);
        }
    }
    enter(report, name, tally);
}

}  // namespace

ParityReport compare_modules(const ModuleRunner& runner, const nn::SafeTensors& fixture) {
    ParityReport report;
    for (const auto& [module, one] : read_cases(fixture)) {
        const auto found = runner(module, one.weights, one.inputs);
        const std::string prefix = module + "/";
        const std::vector<double> noise = rotation_noise(module, one.inputs);
        for (const auto& [output, expected] : one.outputs) {
            const ParityTensor* tensor = nullptr;
            if (found) {
                const auto entry = found->find(output);
                tensor = entry == found->end() ? nullptr : &entry->second;
            }
            compare(report, prefix + output, expected, tensor, noise);
        }
    }
    return report;
}

}  // namespace varhush::models
