#include "parity_tensor.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/parity.hpp"

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

void compare(ParityReport& report,
             const std::string& name,
             const ParityTensor& expected,
             const ParityTensor* found) {
    Tally tally(Allowance(kEarlySlack, sample_deviation(expected.values)));
    if (found == nullptr) {
        tally.fail("this engine has no such module or output");
    } else if (found->shape != expected.shape || found->values.size() != expected.values.size()) {
        tally.fail("has the shape " + shape_text(found->shape) + ", expected " +
                   shape_text(expected.shape));
    } else {
        for (std::size_t i = 0; i < expected.values.size(); ++i) {
            tally.add(expected.values[i], found->values[i], static_cast<std::int64_t>(i));
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
        for (const auto& [output, expected] : one.outputs) {
            const ParityTensor* tensor = nullptr;
            if (found) {
                const auto entry = found->find(output);
                tensor = entry == found->end() ? nullptr : &entry->second;
            }
            compare(report, prefix + output, expected, tensor);
        }
    }
    return report;
}

}  // namespace varhush::models
