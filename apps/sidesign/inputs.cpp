#include "apps/sidesign/inputs.hpp"

#include "apps/common/efficacy_options.hpp"
#include "apps/common/expression_table.hpp"
#include "apps/common/seed_tables.hpp"
#include "apps/sidesign/allele_input.hpp"
#include "apps/sidesign/targets.hpp"
#include "apps/sidesign/variant_input.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"

#include <filesystem>
#include <numeric>
#include <utility>

namespace varhush::apps {

namespace {

void open_species(const TargetOptions& options, DesignFiles& files) {
    for (const std::string& text : options.cross_species) {
        const std::size_t equals = text.find('=');
        const std::string path = equals == std::string::npos ? text : text.substr(equals + 1);
        sirna::CrossSpecies species;
        species.name = equals == std::string::npos ? std::filesystem::path(path).stem().string()
                                                   : text.substr(0, equals);
        files.species.push_back(sirna::OffTargetIndex::open(path));
        species.index = &files.species.back();
        species.orthologs = options.orthologs;
        species.max_mismatches = options.species_mismatches;
        files.input.species.push_back(std::move(species));
    }
}

/// Tells it now, before the long part of the run, and keeps it for the report.
void note(std::string text, bool warns, DesignFiles& files) {
    core::log(warns ? core::LogLevel::kWarning : core::LogLevel::kInfo, text);
    files.notes.push_back(std::move(text));
}

void load_expression(const std::string& path, DesignFiles& files) {
    Expression expression = read_expression(path, "", *files.index);
    note(path + ": " + std::to_string(expression.rows) + " rows, " +
             std::to_string(expression.unknown) + " of names that the index lacks; " +
             std::to_string(expression.without_value) + " of its " +
             std::to_string(expression.tpm.size()) + " transcripts have no value, taken as 0",
         expression.unknown > 0,
         files);
    // In all as many as there are genes, as without a table, so that loads can be compared.
    const double sum = std::accumulate(expression.tpm.begin(), expression.tpm.end(), 0.0);
    if (!(sum > 0)) {
        throw Error(ErrorKind::kInput,
                    path + ": none of its " + std::to_string(expression.rows) +
                        " rows gives a transcript of the index a value above 0");
    }
    for (double& one : expression.tpm) {
        one *= static_cast<double>(files.index->genes().size()) / sum;
    }
    files.input.transcript_weight = std::move(expression.tpm);
}

}  // namespace

DesignFiles load_inputs(SidesignOptions& options, const io::ThreadPool& pool) {
    DesignFiles files;
    // The model first: a wrong one should not cost the reading of an index.
    files.model = load_efficacy_model(
        {.model = options.model, .known_laboratory = options.known_laboratory, .threads = 1});
    files.input.model = files.model.get();
    if (!options.target.index.empty()) {
        files.index.emplace(sirna::OffTargetIndex::open(options.target.index));
        files.input.index = &*files.index;
    }
    if (!options.expression.empty()) {
        load_expression(options.expression, files);
    }
    open_species(options.target, files);
    if (!options.mirna_seeds.empty()) {
        const auto seeds = std::make_shared<const MirnaSeeds>(options.mirna_seeds);
        files.input.mirnas = [seeds](std::string_view guide) { return seeds->names(guide); };
    }
    if (!options.seed_viability.empty()) {
        const auto values = std::make_shared<const SeedValues>(options.seed_viability);
        files.input.seed_viability = [values](std::string_view strand) {
            return values->of(strand);
        };
    }
    load_targets(options, files.input.index, files.input);
    files.input.variants_known = !options.variant.avoid_vcf.empty();
    if (files.input.variants_known) {
        const VariantCounts counts = load_avoided(options.variant, pool, files.input);
        note(counts.to_text(), counts.warns(), files);
    }
    if (options.design.allele) {
        const VariantCounts counts =
            load_alleles(options.variant, pool, files.input, *options.design.allele);
        note(counts.to_text(), counts.warns(), files);
    }
    return files;
}

}  // namespace varhush::apps
