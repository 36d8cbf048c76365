#include "apps/sidesign/command.hpp"

#include "apps/sidesign/inputs.hpp"
#include "apps/sidesign/options.hpp"
#include "apps/sidesign/outputs.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/core/version.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/report/run_summary.hpp"
#include "varhush/sirna/designer.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <utility>

namespace varhush::apps {

namespace {

std::string text_of(double value) {
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%g", value);
    return text.data();
}

/// What the run was asked for, for the report.
void fill_settings(const SidesignOptions& options, sirna::DesignReport& report) {
    const sirna::DesignOptions& design = options.design;
    report.settings = {
        {"length", std::to_string(design.length)},
        {"overhang", options.overhang},
        {"chemistry", design.chemistry.name},
        {"filters", design.filters.to_text()},
        {"gc", options.gc},
        {"max_run", std::to_string(design.limits.longest_run)},
        {"isoforms", options.isoforms},
        {"max_af", text_of(options.variant.max_af)},
        {"max_mismatches", std::to_string(design.max_mismatches)},
        {"weights", design.weights.to_text()},
        {"order", options.order},
        {"top", std::to_string(design.top)},
        {"min_distance", std::to_string(design.min_distance)},
        {"seed", std::to_string(design.seed)},
    };
    if (!options.seed_viability.empty()) {
        report.settings.emplace_back(
            "seed_viability", std::filesystem::path(options.seed_viability).filename().string());
        report.settings.emplace_back(
            "min_seed_viability",
            design.limits.seed_viability ? text_of(*design.limits.seed_viability) : "none");
    }
    if (design.allele) {
        const std::string& wanted = options.variant.target_allele;
        report.settings.emplace_back("target_allele",
                                     design.allele->disease.empty()
                                         ? (wanted.empty() ? "alt" : wanted)
                                         : "the copy with " + design.allele->disease);
        report.settings.emplace_back("extra_mismatches", std::to_string(design.extra_mismatches));
        report.settings.emplace_back("min_discrimination", text_of(design.min_discrimination));
    }
}

void fill_provenance(const SidesignOptions& options,
                     const DesignFiles& files,
                     sirna::DesignReport& report) {
    if (!options.out.no_version) {
        report.version = core::version();
        report.command = options.command_line;
    }
    if (files.index) {
        report.index = std::filesystem::path(options.target.index).filename().string() +
                       " (checksum " + files.index->checksum() + ")";
    }
    if (options.design.chemistry.name != "unmodified") {
        report.notes.push_back(
            "efficacy is predicted for the unmodified duplex: the chemistry is an annotation");
    }
    report.notes.insert(report.notes.begin(), files.notes.begin(), files.notes.end());
    fill_settings(options, report);
}

std::string summary(const sirna::DesignReport& report, double seconds) {
    std::map<std::string, std::int64_t> reasons;
    for (const sirna::RejectedCandidate& one : report.rejected) {
        ++reasons[one.reasons.front()];
    }
    const auto count = [](std::size_t number) {
        return report::with_thousands(static_cast<std::int64_t>(number));
    };
    std::string text =
        count(report.targets.size()) + (report.targets.size() == 1 ? " target, " : " targets, ") +
        count(report.candidates) + " sites = " + count(report.candidates - report.rejected.size()) +
        " in " + count(report.guides.size()) + " guides + " + count(report.rejected.size()) +
        " rejected";
    std::string list;
    for (const auto& [reason, number] : reasons) {
        list.append(list.empty() ? " (" : ", ").append(report::with_thousands(number));
        list.append(" ").append(reason);
    }
    return text + (list.empty() ? "" : list + ")") + ", " + text_of(std::round(seconds * 10) / 10) +
           " s";
}

}  // namespace

int run_sidesign(int argc, const char* const* argv) {
    const auto begin = std::chrono::steady_clock::now();
    SidesignOptions options = parse_sidesign_options(argc, argv);
    apply_verbosity(options.run);
    const core::ThreadPlan plan = core::make_thread_plan(options.run.threads);
    options.design.threads = plan.total;
    const io::ThreadPool pool(plan.hts);
    DesignWriter writer(options.out);
    const DesignFiles files = load_inputs(options, pool);
    sirna::DesignReport report = sirna::design(files.input, options.design);
    fill_provenance(options, files, report);
    // Those of the input were told when it was read.
    for (std::size_t i = files.notes.size(); i < report.notes.size(); ++i) {
        core::log(core::LogLevel::kInfo, report.notes[i]);
    }
    if (report.guides.empty()) {
        core::log(core::LogLevel::kWarning,
                  "no candidate passes all filters; --rejected FILE says why, --filters switches "
                  "filters off");
    }
    writer.write(report);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    core::log(core::LogLevel::kInfo, summary(report, took.count()));
    return 0;
}

}  // namespace varhush::apps
