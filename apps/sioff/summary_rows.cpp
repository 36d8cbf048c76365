#include "apps/sioff/summary_rows.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace varhush::apps {

namespace {

constexpr std::size_t kShownGenes = 5;

std::string fixed(double value, int digits) {
    std::array<char, 400> text;
    const auto done = std::to_chars(
        text.data(), text.data() + text.size(), value, std::chars_format::fixed, digits);
    return {text.data(), done.ptr};
}

/// Fields of one line.
class Line {
  public:
    void add(std::string_view field) {
        text_ += text_.empty() ? "" : "\t";
        text_ += field;
    }
    void add(std::uint64_t number) { add(std::to_string(number)); }
    template <class Numbers>
    void add_all(const Numbers& numbers, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            add(std::uint64_t{numbers.at(i)});
        }
    }
    [[nodiscard]] std::string finish() { return text_ + '\n'; }

  private:
    std::string text_;
};

}  // namespace

SummaryRows::SummaryRows(const sirna::OffTargetIndex& index,
                         int max_mismatches,
                         std::optional<MirnaSeeds> mirnas,
                         std::optional<SeedValues> viability)
    : index_(index),
      counts_(static_cast<std::size_t>(max_mismatches) + 1),
      mirnas_(std::move(mirnas)),
      viability_(std::move(viability)) {}

std::string SummaryRows::columns() const {
    Line line;
    for (const char* name : {"guide_id",
                             "guide",
                             "passenger",
                             "status",
                             "intended_genes",
                             "intended_transcripts",
                             "intended_sites"}) {
        line.add(name);
    }
    for (const char* what : {"guide_sites_", "passenger_sites_", "genes_"}) {
        for (std::size_t i = 0; i < counts_; ++i) {
            line.add(what + std::to_string(i));
        }
    }
    line.add("bulged_sites");
    for (const char* strand : {"guide_", "passenger_"}) {
        for (const char* kind : {"8mer", "7mer_m8", "7mer_A1", "6mer"}) {
            line.add(std::string(strand) + kind);
        }
    }
    for (const char* name : {"cleavage_load",
                             "seed_load",
                             "load",
                             "worst_genes",
                             "guide_mirnas",
                             "passenger_mirnas",
                             "guide_seed_value",
                             "passenger_seed_value"}) {
        line.add(name);
    }
    return line.finish();
}

std::string SummaryRows::genes(const std::vector<std::uint32_t>& numbers) const {
    std::string text;
    for (std::size_t i = 0; i < std::min(numbers.size(), kShownGenes); ++i) {
        text += i > 0 ? "," : "";
        text += index_.genes()[numbers[i]].name;
    }
    if (numbers.size() > kShownGenes) {
        text += ",+" + std::to_string(numbers.size() - kShownGenes);
    }
    return text.empty() ? "." : text;
}

std::string SummaryRows::value_of(const std::string& strand) const {
    const auto value = viability_ ? viability_->of(strand) : std::nullopt;
    return value ? fixed(*value, 4) : ".";
}

std::string SummaryRows::line(const ListedGuide& guide,
                              const std::string& passenger,
                              const sirna::OffTargetSummary& summary) const {
    using sirna::SiteKind;
    Line line;
    for (const std::string& text : {guide.id, guide.guide, passenger}) {
        line.add(text);
    }
    line.add("ok");
    line.add(genes(summary.intended_genes));
    line.add(std::uint64_t{summary.intended_transcripts});
    line.add(summary.intended_sites);
    line.add_all(summary.guide_sites, counts_);
    line.add_all(summary.passenger_sites, counts_);
    line.add_all(summary.genes, counts_);
    line.add(summary.bulged_sites);
    for (const auto* sites : {&summary.seed_sites, &summary.passenger_seed_sites}) {
        for (const SiteKind kind :
             {SiteKind::k8mer, SiteKind::k7merM8, SiteKind::k7merA1, SiteKind::k6mer}) {
            line.add(sites->at(static_cast<std::size_t>(kind)));
        }
    }
    for (const double load : {summary.cleavage_load, summary.seed_load, summary.load}) {
        line.add(fixed(load, 4));
    }
    std::vector<std::uint32_t> worst;
    for (const sirna::GeneRisk& gene : summary.worst_genes) {
        if (gene.load > 0) {
            worst.push_back(gene.gene);
        }
    }
    line.add(genes(worst));
    line.add(mirnas_ ? mirnas_->names(guide.guide) : ".");
    line.add(mirnas_ ? mirnas_->names(passenger) : ".");
    line.add(value_of(guide.guide));
    line.add(value_of(passenger));
    return line.finish();
}

std::string SummaryRows::line(const RefusedGuide& guide) const {
    const std::string header = columns();
    const auto fields =
        static_cast<std::size_t>(std::count(header.begin(), header.end(), '\t')) + 1;
    Line line;
    std::string letters = guide.letters;
    std::replace_if(
        letters.begin(), letters.end(), [](char one) { return one < ' ' || one > '~'; }, '?');
    for (const std::string& text : {guide.id, letters, std::string("."), guide.reason}) {
        line.add(text.empty() ? "." : text);
    }
    for (std::size_t i = 4; i < fields; ++i) {
        line.add(".");
    }
    return line.finish();
}

}  // namespace varhush::apps
