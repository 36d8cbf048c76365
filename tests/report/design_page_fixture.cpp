#include "design_page_fixture.hpp"

#include "varhush/sirna/designer.hpp"
#include "varhush/sirna/guide.hpp"
#include "varhush/sirna/off_target_builder.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <utility>
#include <vector>

namespace varhush::report::test {

namespace {

/// A model for tests alone: A and U at the guide's 5' end work.
class SeedModel final : public sirna::EfficacyModel {
  public:
    [[nodiscard]] std::vector<sirna::Efficacy> predict(
        std::span<const sirna::GuideQuery> queries) const override {
        std::vector<sirna::Efficacy> all;
        for (const sirna::GuideQuery& query : queries) {
            double share = 0;
            for (std::size_t i = 0; i < 19; ++i) {
                const bool weak = query.guide[i] == 'A' || query.guide[i] == 'U';
                share += weak == (i < 10) ? 1.0 / 19 : 0;
            }
            const double expected = 0.25 + 0.65 * share;
            all.push_back({expected,
                           std::max(0.0, expected - 0.22),
                           std::min(1.0, expected + 0.14),
                           std::clamp(2 * expected - 0.85, 0.0, 1.0)});
        }
        return all;
    }
    [[nodiscard]] std::string name() const override { return "seed-model"; }
    [[nodiscard]] std::string sha256() const override {
        return "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    }
};

std::string random_rna(std::mt19937& random, std::size_t length) {
    std::string rna;
    for (std::size_t i = 0; i < length; ++i) {
        rna += "AACGUU"[random() % 6];
    }
    return rna;
}

/// Transcripts of other genes: random, with stretches of `rna` in which some bases are changed.
sirna::OffTargetIndex index_like(const std::string& rna, std::mt19937& random) {
    sirna::OffTargetIndexBuilder builder;
    for (int gene = 0; gene < 40; ++gene) {
        sirna::TranscriptRecord record;
        record.name = "other-" + std::to_string(gene) + ".1";
        record.gene_id = "GENE" + std::to_string(gene);
        record.gene_name = record.gene_id;
        std::string bases = random_rna(random, 1500);
        std::string piece = rna.substr(random() % (rna.size() - 300), 300);
        for (std::size_t at = random() % 9; at < piece.size(); at += 5 + random() % 9) {
            piece[at] = "ACGU"[random() % 4];
        }
        record.bases = bases.replace(600, 300, piece);
        builder.add(record);
    }
    std::vector<std::byte> bytes;
    builder.write([&](std::span<const std::byte> piece) {
        bytes.insert(bytes.end(), piece.begin(), piece.end());
    });
    return sirna::OffTargetIndex::from_memory(std::move(bytes), "test");
}

std::vector<sirna::VariantOnTarget> variants_of(const std::string& rna, std::mt19937& random) {
    std::vector<sirna::VariantOnTarget> variants;
    for (std::size_t at = 60; at + 60 < rna.size(); at += 40 + random() % 160) {
        const std::size_t number = variants.size();
        sirna::VariantOnTarget variant;
        variant.id = "rs" + std::to_string(7000 + 137 * number);
        variant.where = "chr22:" + std::to_string(20000000 + at) + " C>T";
        variant.start = at;
        variant.ref = rna.substr(at, 1);
        variant.alt = variant.ref == "A" ? "G" : "A";
        variant.frequency = std::array{0.0004, 0.003, 0.18, 0.00009, 0.02}[number % 5];
        variant.common = variant.frequency >= 0.01;
        variants.push_back(variant);
    }
    return variants;
}

sirna::DesignTarget target_of(const std::string& name, const std::string& rna) {
    sirna::DesignTarget target;
    target.profile.name = name;
    target.profile.gene = "RANBP1";
    target.profile.species = "human";
    target.profile.rna = rna;
    target.profile.region_end = rna.size();
    return target;
}

sirna::DesignInput input_of(const sirna::EfficacyModel& model,
                            const std::string& rna,
                            std::mt19937& random) {
    sirna::DesignInput input;
    input.model = &model;
    input.targets = {target_of("NM_002882.4", rna), target_of("NM_001278639.2", rna.substr(700))};
    input.targets[0].profile.cds_start = 180;
    input.targets[0].profile.cds_end = 1500;
    input.targets[0].profile.variants = variants_of(rna, random);
    input.targets[1].profile.cds_start = 20;
    input.targets[1].profile.cds_end = 800;
    input.units = {{"RANBP1", {0, 1}, "RANBP1"}};
    return input;
}

sirna::DesignReport design_gene() {
    std::mt19937 random(11);
    const SeedModel model;
    const std::string rna = random_rna(random, 2400);
    sirna::DesignInput input = input_of(model, rna, random);
    const sirna::OffTargetIndex index = index_like(rna, random);
    input.index = &index;
    sirna::DesignOptions options;
    options.top = 12;
    options.min_distance = 12;
    options.controls = 2;
    options.chemistry = sirna::find_chemistry("alternating");
    sirna::DesignReport report = sirna::design(input, options);
    report.version = "1.2.3";
    report.command = "varhush sidesign --gene RANBP1 --html report.html";
    report.index = "human.vhidx (checksum 956680366ebba667)";
    report.settings = {{"targets", "genes.gtf.gz"}, {"top", "12"}};
    report.targets[0].contig = "chr22";
    report.targets[0].exons = {{20000000, 20000900}, {20004000, 20004700}, {20009000, 20009800}};
    return report;
}

const std::vector<std::string>& void_elements() {
    static const std::vector<std::string> kNames{"meta", "br", "!DOCTYPE"};
    return kNames;
}

}  // namespace

const sirna::DesignReport& designed_gene() {
    static const sirna::DesignReport report = design_gene();
    return report;
}

sirna::DesignReport one_guide() {
    sirna::DesignReport report;
    sirna::TargetProfile target;
    target.name = "t";
    target.rna = std::string(20, 'A') + "GCAUGCAUGGAUUCACAUU" + std::string(21, 'C');
    target.region_end = target.rna.size();
    target.unpaired8.assign(target.rna.size(), 0.25);
    target.unpaired19.assign(target.rna.size(), 0.125);
    report.targets.push_back(target);
    sirna::DesignedGuide guide;
    guide.id = "t-1";
    guide.unit = "t";
    guide.rank = 1;
    guide.front = 1;
    guide.score = 0.8125;
    guide.parts.efficacy = 0.8125;
    guide.guide = sirna::reverse_complement_rna("GCAUGCAUGGAUUCACAUU");
    guide.passenger = "GCAUGCAUGGAUUCACAUU";
    guide.guide_strand = guide.guide + "tt";
    guide.passenger_strand = guide.passenger + "tt";
    guide.efficacy = {0.76, 0.41, 0.93, 0.81};
    guide.sites.push_back({0, 20, 39, 0.25, 0.125});
    guide.why = {"because it is the only one"};
    report.guides.push_back(guide);
    report.weights.efficacy = 5;
    report.candidates = 1;
    report.model = "test-model";
    return report;
}

std::size_t count_of(const std::string& text, const std::string& what) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + what.size())) {
        ++count;
    }
    return count;
}

bool is_balanced(const std::string& html, std::string& where) {
    std::vector<std::string> open;
    for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
        const std::size_t end = html.find('>', at);
        const std::string tag = html.substr(at + 1, end - at - 1);
        const std::string name = tag.substr(0, tag.find_first_of(" \n"));
        if (tag.ends_with("/") ||
            std::count(void_elements().begin(), void_elements().end(), name)) {
            continue;
        }
        if (name.starts_with("/")) {
            if (open.empty() || open.back() != name.substr(1)) {
                where = "<" + tag + "> at " + std::to_string(at) + " closes " +
                        (open.empty() ? "nothing" : open.back());
                return false;
            }
            open.pop_back();
        } else {
            open.push_back(name);
        }
    }
    where = open.empty() ? "" : open.back() + " stays open";
    return open.empty();
}

}  // namespace varhush::report::test
