#include "sirna_report.hpp"

#include "varhush/core/correlation.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/sirna/metrics.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

namespace varhush::train {
namespace {

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4f", value);
    return text;
}

std::vector<int> effective(const models::SirnaHeldOut& rows, double threshold) {
    std::vector<int> out;
    for (const double e : rows.efficacy) {
        out.push_back(e >= threshold ? 1 : 0);
    }
    return out;
}

}  // namespace

SirnaReport::SirnaReport(const std::string& path) {
    if (!path.empty()) {
        out_ = std::make_unique<io::OutputFile>(path);
        out_->write("state\trows\twhat\tn\tauc\tpearson\tspearman\n");
    }
}

SirnaReport::~SirnaReport() = default;

void SirnaReport::row(const std::string& rows,
                      const std::string& what,
                      const models::SirnaHeldOut& held_out,
                      const std::vector<double>& scores) {
    out_->write(state_ + "\t" + rows + "\t" + what + "\t" + std::to_string(scores.size()) + "\t" +
                number(sirna::roc_auc(scores, effective(held_out, 0.7))) + "\t" +
                number(core::pearson_correlation(scores, held_out.target)) + "\t" +
                number(core::spearman_correlation(scores, held_out.target)) + "\n");
}

void SirnaReport::value(const std::string& rows, const std::string& what, double value) {
    out_->write(state_ + "\t" + rows + "\t" + what + "\t.\t" + number(value) + "\t.\t.\n");
}

void SirnaReport::close() {
    if (out_) {
        out_->close();
    }
}

void SirnaReport::add_genes(const std::vector<SirnaPartRecipe>& recipe,
                            const std::vector<bool>& use,
                            const models::SirnaHeldOut& rows,
                            const SirnaSettled& settled) {
    for (std::size_t p = 0; p < recipe.size(); ++p) {
        row("genes", "part " + recipe[p].part.name, rows, rows.parts[p]);
        value("genes", "weight " + recipe[p].part.name, settled.mix.weights[p]);
    }
    const models::SirnaCrossFit all = models::cross_fit(rows, use);
    row("genes", "mix", rows, all.scores);
    for (std::size_t p = 0; p < use.size(); ++p) {
        if (use[p] && std::count(use.begin(), use.end(), true) > 1) {
            auto others = use;
            others[p] = false;
            row("genes",
                "mix without " + recipe[p].part.name,
                rows,
                models::cross_fit(rows, others).scores);
        }
    }
    value("genes",
          "calibration error of P",
          sirna::calibration_error(all.probabilities,
                                   effective(rows, settled.calibration.threshold)));
    value("genes", "coverage of the 90 % interval", all.coverage);
}

void SirnaReport::add(const std::string& state,
                      const std::vector<SirnaPartRecipe>& recipe,
                      const std::vector<bool>& use,
                      const models::SirnaHeldOut& genes,
                      const models::SirnaHeldOut& laboratories,
                      const SirnaSettled& settled) {
    if (!out_) {
        return;
    }
    state_ = state;
    add_genes(recipe, use, genes, settled);
    if (laboratories.size() > 0) {
        const auto scores = settled.mix.scores(laboratories.parts);
        row("laboratories", "mix", laboratories, scores);
        value("laboratories",
              "coverage, known laboratory",
              models::interval_coverage(settled.calibration, laboratories, scores, true));
        value("laboratories",
              "coverage, new laboratory",
              models::interval_coverage(settled.calibration, laboratories, scores, false));
        value("laboratories", "factor, new laboratory", settled.calibration.new_laboratory);
    }
}

}  // namespace varhush::train
