#include "score_figure.hpp"

#include "markup.hpp"
#include "svg.hpp"

#include <cmath>

namespace varhush::report {

namespace {

constexpr double kLeft = 170;
constexpr double kPlot = 300;
constexpr double kRight = 60;
constexpr double kTop = 30;
constexpr double kRow = 22;

constexpr std::array<ScorePartLook, 6> kParts{{
    {"efficacy", "part-efficacy", &sirna::ScoreParts::efficacy},
    {"specificity", "part-specificity", &sirna::ScoreParts::specificity},
    {"accessibility", "part-accessibility", &sirna::ScoreParts::accessibility},
    {"population", "part-population", &sirna::ScoreParts::population},
    {"isoforms", "part-isoforms", &sirna::ScoreParts::isoforms},
    {"discrimination", "part-discrimination", &sirna::ScoreParts::discrimination},
}};

void draw_bar(const sirna::DesignedGuide& guide,
              const sirna::ScoreParts& weights,
              double y,
              Svg& svg) {
    svg.text(kLeft - 10, y + 4, shortened(guide.id, 22), Anchor::kEnd);
    const std::array<double, kParts.size()> shares = score_shares(guide.parts, weights);
    double at = 0;
    for (std::size_t i = 0; i < kParts.size(); ++i) {
        if (shares[i] <= 0) {
            continue;
        }
        std::string title;
        put(title, kParts[i].name, " ", fixed(guide.parts.*kParts[i].value), ", weight ");
        put(title, number(weights.*kParts[i].value), ": adds ", fixed(shares[i]));
        svg.rect(kLeft + kPlot * at, y - 7, kPlot * shares[i], 14, kParts[i].look, title);
        at += shares[i];
    }
    svg.text(kLeft + kPlot + kRight - 4,
             y + 4,
             fixed_or_dash(guide.score),
             Anchor::kEnd,
             "figure-number");
}

}  // namespace

std::span<const ScorePartLook> score_part_looks() noexcept {
    return kParts;
}

std::array<double, 6> score_shares(const sirna::ScoreParts& parts,
                                   const sirna::ScoreParts& weights) {
    std::array<double, kParts.size()> shares{};
    double total = 0;
    for (std::size_t i = 0; i < kParts.size(); ++i) {
        const double value = parts.*kParts[i].value;
        const double weight = weights.*kParts[i].value;
        if (std::isfinite(value) && std::isfinite(weight)) {
            shares[i] = weight * value;
            total += weight;
        }
    }
    for (double& share : shares) {
        share = total > 0 ? share / total : 0;
    }
    return shares;
}

std::string score_svg(std::span<const sirna::DesignedGuide> guides,
                      const sirna::ScoreParts& weights) {
    const double bottom = kTop + kRow * static_cast<double>(guides.size());
    Svg svg(kLeft + kPlot + kRight,
            "Scores of " + std::to_string(guides.size()) + " guides and what they are made of");
    for (const double tick : {0.0, 0.25, 0.5, 0.75, 1.0}) {
        const double x = kLeft + kPlot * tick;
        svg.line(x, kTop - 6, x, bottom, "grid");
        svg.text(x, bottom + 15, number(tick), Anchor::kMiddle, "small");
    }
    svg.text(kLeft + kPlot + kRight - 4, kTop - 10, "score", Anchor::kEnd, "small");
    double y = kTop + kRow / 2;
    for (const sirna::DesignedGuide& guide : guides) {
        draw_bar(guide, weights, y, svg);
        y += kRow;
    }
    svg.text(kLeft + kPlot / 2, bottom + 32, "score by its parts", Anchor::kMiddle, "small");
    return svg.finish(bottom + 38);
}

}  // namespace varhush::report
