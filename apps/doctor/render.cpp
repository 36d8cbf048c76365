#include "apps/doctor/machine.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace varhush::apps {

namespace {

std::vector<std::string> feature_names(const core::CpuFeatures& cpu) {
    std::vector<std::string> names;
    const auto add = [&](bool has, const char* name) {
        if (has) {
            names.emplace_back(name);
        }
    };
    add(cpu.avx2, "avx2");
    add(cpu.fma, "fma");
    add(cpu.avx512f, "avx512f");
    add(cpu.avx512bw, "avx512bw");
    add(cpu.avx512vl, "avx512vl");
    add(cpu.avx512dq, "avx512dq");
    add(cpu.avx512_bf16, "avx512_bf16");
    add(cpu.amx_tile, "amx_tile");
    add(cpu.amx_bf16, "amx_bf16");
    add(cpu.amx_palette, "amx_palette");
    return names;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : " ") + word;
    }
    return text.empty() ? "none" : text;
}

std::string formatted(const char* format, double value) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, format, value);
    return buffer;
}

std::string gigabytes(std::int64_t bytes) {
    return formatted("%.1f GB", static_cast<double>(bytes) / 1e9);
}

std::string rate(double gflops) {
    return gflops > 0 ? formatted("%.0f GFLOP/s", gflops) : "not measured";
}

std::string line(std::string name, const std::string& value) {
    constexpr std::size_t kColumn = 14;
    name.resize(std::max(kColumn, name.size() + 1), ' ');
    return name + value + "\n";
}

const char* origin(const core::RuntimeVariable& variable) {
    if (variable.from_user) {
        return "user";
    }
    return variable.value ? "chosen" : "unset";
}

std::string runtime_text(const std::vector<core::RuntimeVariable>& runtime) {
    std::string text = "runtime\n";
    for (const auto& variable : runtime) {
        std::string setting = variable.name + "=" + variable.value.value_or("(unset)");
        constexpr std::size_t kColumn = 40;
        setting.resize(std::max(kColumn, setting.size() + 1), ' ');
        text += "  " + setting + variable.reason + "\n";
    }
    return text;
}

const char* fit(const Machine& machine, const Machine::Window& window) {
    if (machine.memory_available_bytes <= 0) {
        return "unknown";
    }
    if (window.two_passes_bytes <= machine.memory_available_bytes) {
        return "fits";
    }
    return window.one_pass_bytes <= machine.memory_available_bytes ? "fits for REF alone"
                                                                   : "does not fit";
}

std::string windows_text(const Machine& machine) {
    std::string text = "windows of an AlphaGenome-style model of the released size\n";
    for (const auto& window : machine.windows) {
        text += "  ";
        text += line(std::to_string(window.window_bp) + " bp",
                     gigabytes(window.one_pass_bytes) + ", " + gigabytes(window.two_passes_bytes) +
                         " with an ALT: " + fit(machine, window));
    }
    return text;
}

nlohmann::ordered_json windows_json(const Machine& machine) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& window : machine.windows) {
        list.push_back({{"window_bp", window.window_bp},
                        {"one_pass_bytes", window.one_pass_bytes},
                        {"two_passes_bytes", window.two_passes_bytes},
                        {"verdict", fit(machine, window)}});
    }
    return list;
}

std::string model_half_text(const Machine& machine) {
    if (!machine.model_half_installed) {
        return line("LibTorch", "the model half is not installed");
    }
    if (!machine.torch) {
        return line("LibTorch", machine.measured ? "no answer" : "not asked (--quick)");
    }
    const TorchFacts& torch = *machine.torch;
    const std::string blas_core = torch.blas_core.empty() ? "" : ", core " + torch.blas_core;
    std::string text = line("LibTorch", torch.libtorch + ", devices: " + joined(torch.devices));
    text += line("  BLAS", torch.blas_library + blas_core);
    text += line("", rate(torch.product_gflops) + " (f32 product 1024 x 1024 x 1024)");
    text +=
        line("  oneDNN", torch.onednn_isa.empty() ? "instruction set unknown" : torch.onednn_isa);
    text += line("", rate(torch.conv_gflops) + " (f32 convolution 32 -> 32, width 11)");
    return text;
}

nlohmann::ordered_json runtime_json(const std::vector<core::RuntimeVariable>& runtime) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& variable : runtime) {
        nlohmann::ordered_json one;
        one["name"] = variable.name;
        one["value"] = variable.value ? nlohmann::ordered_json(*variable.value) : nullptr;
        one["origin"] = origin(variable);
        one["reason"] = variable.reason;
        list.push_back(one);
    }
    return list;
}

nlohmann::ordered_json rate_json(double gflops) {
    return gflops > 0 ? nlohmann::ordered_json(gflops) : nullptr;
}

nlohmann::ordered_json model_half_json(const Machine& machine) {
    nlohmann::ordered_json json;
    json["installed"] = machine.model_half_installed;
    if (!machine.model_half_problem.empty()) {
        json["problem"] = machine.model_half_problem;
    }
    if (machine.torch) {
        const TorchFacts& torch = *machine.torch;
        json["libtorch"] = torch.libtorch;
        json["devices"] = torch.devices;
        json["blas_library"] = torch.blas_library;
        json["blas_core"] = torch.blas_core;
        json["product_gflops"] = rate_json(torch.product_gflops);
        json["onednn_isa"] = torch.onednn_isa;
        json["conv_gflops"] = rate_json(torch.conv_gflops);
    }
    return json;
}

}  // namespace

std::string as_text(const Machine& machine) {
    std::string text = line("varhush", machine.version);
    text += line("processor", machine.cpu.brand.empty() ? "unknown" : machine.cpu.brand);
    text += line("", joined(feature_names(machine.cpu)));
    text += line("threads",
                 std::to_string(machine.usable_cpus) +
                     " usable processors; plan: " + std::to_string(machine.threads.model) +
                     " for the model, " + std::to_string(machine.threads.hts) + " for compression");
    text += line("memory",
                 gigabytes(machine.memory_total_bytes) + ", of which " +
                     gigabytes(machine.memory_available_bytes) + " are free");
    text += windows_text(machine);
    text += runtime_text(machine.runtime);
    text += line("HTSlib", machine.htslib);
    text += line("own kernels", machine.native_kernels);
    text += line("", rate(machine.native_conv_gflops) + " (f32 convolution 32 -> 32, width 11)");
    text += model_half_text(machine);
    text += "models\n";
    for (const auto& model : machine.models) {
        text += "  " + line(model.name, model.path);
    }
    const auto advice = advice_for(machine);
    text += advice.empty() ? "advice        none: nothing is missing or slow\n" : "advice\n";
    for (const std::string& one : advice) {
        text += "  - " + one + "\n";
    }
    return text;
}

std::string as_json(const Machine& machine) {
    nlohmann::ordered_json json;
    json["version"] = machine.version;
    json["htslib"] = machine.htslib;
    json["cpu"]["brand"] = machine.cpu.brand;
    json["cpu"]["features"] = feature_names(machine.cpu);
    json["threads"]["usable_cpus"] = machine.usable_cpus;
    json["threads"]["total"] = machine.threads.total;
    json["threads"]["model"] = machine.threads.model;
    json["threads"]["hts"] = machine.threads.hts;
    json["memory"]["total_bytes"] = machine.memory_total_bytes;
    json["memory"]["available_bytes"] = machine.memory_available_bytes;
    json["windows"] = windows_json(machine);
    json["runtime"] = runtime_json(machine.runtime);
    json["native"]["kernels"] = machine.native_kernels;
    json["native"]["conv_gflops"] = rate_json(machine.native_conv_gflops);
    json["model_half"] = model_half_json(machine);
    json["models"] = nlohmann::ordered_json::array();
    for (const auto& model : machine.models) {
        json["models"].push_back({{"name", model.name}, {"path", model.path}});
    }
    json["advice"] = advice_for(machine);
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace varhush::apps
