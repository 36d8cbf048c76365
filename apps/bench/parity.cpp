#include "apps/bench/parity.hpp"

#include "apps/common/cli.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/models/recipe_weights.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace varhush::apps {

namespace {

namespace fs = std::filesystem;
using models::AlphaGenomeConfig;
using models::ParityReport;

// Sequences that the released size takes longer than about a minute for.
constexpr std::int64_t kLongestQuick = 2048;

/// The line of one file.
struct Line {
    std::string file;
    std::string left_out;  ///< why; empty: compared
    ParityReport report;
    double seconds = 0;
};

std::string as_text(const Line& line) {
    if (!line.left_out.empty()) {
        return line.file + ": left out, " + line.left_out + "\n";
    }
    std::array<char, 96> tail{};
    const ParityReport& report = line.report;
    if (report.passed()) {
        std::snprintf(tail.data(), tail.size(), ", %.1f s\n", line.seconds);
        std::array<char, 32> worst{};
        std::snprintf(worst.data(), worst.size(), "%.2g", report.worst_ratio);
        return line.file + ": ok, " + std::to_string(report.activations) + " activations, " +
               std::to_string(report.values) + " values, at most " + worst.data() +
               " of the tolerance (" + report.worst + ")" + tail.data();
    }
    std::snprintf(tail.data(),
                  tail.size(),
                  "; %d of %lld activations differ, %.1f s\n",
                  report.misses,
                  static_cast<long long>(report.activations),
                  line.seconds);
    return line.file + ": MISS, first " + report.first_miss + ": " + report.miss_text + tail.data();
}

nlohmann::json as_json(const Line& line) {
    if (!line.left_out.empty()) {
        return {{"file", line.file}, {"left_out", line.left_out}};
    }
    const ParityReport& report = line.report;
    nlohmann::json out{{"file", line.file},
                       {"passed", report.passed()},
                       {"activations", report.activations},
                       {"values", report.values},
                       {"misses", report.misses},
                       {"worst_activation", report.worst},
                       {"seconds", line.seconds}};
    out["worst_ratio"] = std::isfinite(report.worst_ratio) ? nlohmann::json(report.worst_ratio)
                                                           : nlohmann::json("infinite");
    if (!report.passed()) {
        out["first_miss"] = report.first_miss;
        out["found"] = report.miss_text;
    }
    return out;
}

bool is_modules(const fs::path& path) {
    return path.filename() == "modules.safetensors";
}

/// Forward fixtures hold a sequence; weights and scorer fixtures do not.
bool is_fixture(const fs::path& path) {
    return path.extension() == ".safetensors" &&
           (is_modules(path) ||
            nn::SafeTensors::open(path.string()).entries().contains("in.codes"));
}

std::vector<fs::path> find_fixtures(const std::string& folder) {
    std::error_code error;
    std::vector<fs::path> found;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (is_fixture(entry->path())) {
            found.push_back(entry->path());
        }
    }
    if (error) {
        throw Error(ErrorKind::kInput, folder + ": cannot be read: " + error.message());
    }
    if (found.empty()) {
        throw Error(ErrorKind::kInput,
                    folder + ": holds no parity fixtures",
                    "'tests/data/alphagenome' of the source tree does");
    }
    std::sort(found.begin(), found.end());
    return found;
}

AlphaGenomeConfig read_config(const fs::path& path) {
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file) {
        throw Error(ErrorKind::kInput, path.string() + ": cannot be read");
    }
    return AlphaGenomeConfig::from_json(text, path.string());
}

class ParityRun {
  public:
    ParityRun(const BenchOptions& options, const ParityEngine& engine)
        : options_(options), engine_(engine) {}

    [[nodiscard]] Line compare(const fs::path& path) {
        Line line;
        line.file = path.filename().string();
        const auto start = std::chrono::steady_clock::now();
        if (is_modules(path)) {
            if (!engine_.modules) {
                line.left_out =
                    "the " + engine_.name + " engine has no single modules (--engine torch has)";
                return line;
            }
            line.report =
                models::compare_modules(engine_.modules, nn::SafeTensors::open(path.string()));
        } else if (!compare_forward(path, line)) {
            return line;
        }
        line.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return line;
    }

  private:
    bool compare_forward(const fs::path& path, Line& line) {
        const auto fixture = nn::SafeTensors::open(path.string());
        const bool full = models::fixture_wants_recipe(fixture);
        const auto& shape = fixture.entries().at("in.codes").shape;
        if (options_.quick && full && shape.back() > kLongestQuick) {
            line.left_out = "--quick";
            return false;
        }
        AlphaGenomeConfig config =
            full ? AlphaGenomeConfig{} : read_config(path.parent_path() / "tiny_config.json");
        config.pair_gelu = models::fixture_pair_gelu(fixture);
        const auto model = engine_.make(full ? recipe(config) : tiny(path), config);
        line.report = models::compare_forward(*model, fixture);
        return true;
    }

    nn::SafeTensors tiny(const fs::path& fixture) const {
        return nn::SafeTensors::open((fixture.parent_path() / "tiny_weights.safetensors").string());
    }

    const nn::SafeTensors& recipe(const AlphaGenomeConfig& config) {
        if (!recipe_) {
            core::log(core::LogLevel::kInfo, "making 450 million recipe weights");
            recipe_.emplace(config, core::make_thread_plan(options_.run.threads).model);
        }
        return recipe_->file();
    }

    const BenchOptions& options_;
    const ParityEngine& engine_;
    std::optional<models::RecipeWeights> recipe_;
};

}  // namespace

int run_parity(const BenchOptions& options, const ParityEngine& engine) {
    ParityRun run(options, engine);
    nlohmann::json lines = nlohmann::json::array();
    int compared = 0;
    int missed = 0;
    int left_out = 0;
    for (const fs::path& path : find_fixtures(options.folder)) {
        const Line line = run.compare(path);
        left_out += line.left_out.empty() ? 0 : 1;
        compared += line.left_out.empty() ? 1 : 0;
        missed += line.left_out.empty() && !line.report.passed() ? 1 : 0;
        if (options.json) {
            lines.push_back(as_json(line));
        } else {
            print_to_stdout(as_text(line));
        }
    }
    if (compared == 0) {
        throw Error(ErrorKind::kInput,
                    options.folder + ": all " + std::to_string(left_out) +
                        " fixtures were left out, nothing was compared");
    }
    if (options.json) {
        print_to_stdout(lines.dump(2) + "\n");
    }
    core::log(missed > 0 ? core::LogLevel::kError : core::LogLevel::kInfo,
              engine.name + " engine: " + std::to_string(compared) + " files compared, " +
                  std::to_string(missed) + " differ, " + std::to_string(left_out) + " left out");
    return missed > 0 ? 1 : 0;
}

}  // namespace varhush::apps
