#include "apps/model/tasks.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/aparent_network.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/models/reporter_mix.hpp"
#include "varhush/models/reporter_network.hpp"
#include "varhush/models/sirna_ensemble.hpp"
#include "varhush/models/splice_network.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace varhush::apps {

namespace {

ModelCheck check_architecture(const nn::SafeTensors& file) {
    const std::string architecture = models::model_architecture(file);
    ModelCheck check{"architecture", true, architecture};
    if (architecture == "alphagenome") {
        const auto model = models::read_alphagenome(file);
        check.detail += ", " + std::to_string(models::parameter_count(model.config)) +
                        " parameters; tensors and tracks fit";
        if (!model.notice.empty()) {
            check.detail += "; note: " + model.notice;
        }
    } else if (architecture == "splice-resnet") {
        const models::SpliceNetwork network(file);
        check.detail += ", " + std::to_string(network.members().size()) + " members; tensors fit";
    } else if (architecture == "reporter-cnn") {
        const models::ReporterNetwork network(file);
        check.detail += ", " + std::to_string(network.tasks()) + " outputs; tensors fit";
    } else if (architecture == "reporter-mix") {
        const models::ReporterMix mix(file);
        check.detail += ", " + std::to_string(mix.config().motifs.size()) + " motifs; tensors fit";
    } else if (architecture == "aparent2") {
        const models::AparentNetwork network(file);
        check.detail +=
            ", " + std::to_string(network.config().dilations.size()) + " units; tensors fit";
    } else if (architecture == "sirna-ensemble") {
        const models::SirnaEnsemble ensemble(file);
        check.detail +=
            ", " + std::to_string(ensemble.config().members.size()) + " members; tensors fit";
    } else {
        check.passed = false;
        check.detail =
            architecture.empty() ? "none that varhush knows" : "unknown: " + architecture;
    }
    return check;
}

ModelCheck check_values(const nn::SafeTensors& file) {
    for (const auto& [name, entry] : file.entries()) {
        const auto bad = nn::first_nonfinite(entry);
        file.release(entry);
        if (bad) {
            return {"values",
                    false,
                    "tensor \"" + name + "\" is not a number at element " + std::to_string(*bad)};
        }
    }
    return {"values", true, "all are finite"};
}

ModelCheck check_hash(const nn::SafeTensors& file) {
    const bool stated = file.metadata().contains(models::kDataHashKey);
    if (!stated) {
        return {"hash", true, "the file states none of its data"};
    }
    const bool same = models::data_matches_hash(file);
    return {"hash", same, same ? "the data is what was converted" : "the data was changed"};
}

}  // namespace

std::vector<ModelCheck> check_model(const std::string& name_or_path) {
    std::vector<ModelCheck> checks;
    std::optional<nn::SafeTensors> file;
    const auto attempt = [&](const std::string& name, const auto& look) {
        try {
            checks.push_back(look());
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::kInternal) {
                throw;
            }
            checks.push_back({name, false, error.what()});
        }
    };
    attempt("container", [&] {
        file = models::open_model(name_or_path);
        return ModelCheck{
            "container",
            true,
            std::to_string(file->entries().size()) + " tensors, " + size_text(file->size_bytes())};
    });
    if (file) {
        attempt("architecture", [&] { return check_architecture(*file); });
        attempt("values", [&] { return check_values(*file); });
        attempt("hash", [&] { return check_hash(*file); });
    }
    return checks;
}

bool all_passed(const std::vector<ModelCheck>& checks) {
    return std::all_of(
        checks.begin(), checks.end(), [](const ModelCheck& check) { return check.passed; });
}

std::string verify_text(const std::string& name, const std::vector<ModelCheck>& checks, bool json) {
    if (!json) {
        std::string text;
        for (const ModelCheck& check : checks) {
            std::string line = (check.passed ? "ok     " : "FAILED ") + check.name;
            line.resize(std::max<std::size_t>(line.size() + 1, 21), ' ');
            text += line;
            text += check.detail;
            text += '\n';
        }
        return text;
    }
    auto list = nlohmann::ordered_json::array();
    for (const ModelCheck& check : checks) {
        list.push_back({{"check", check.name}, {"passed", check.passed}, {"detail", check.detail}});
    }
    return nlohmann::ordered_json{{"model", name}, {"passed", all_passed(checks)}, {"checks", list}}
               .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
           "\n";
}

}  // namespace varhush::apps
