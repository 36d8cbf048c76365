#pragma once

#include "apps/common/run_options.hpp"
#include "varhush/sirna/designer.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace varhush::apps {

/// What is designed against.
struct TargetOptions {
    std::vector<std::string> fasta;        ///< transcripts, positional
    std::vector<std::string> genes;        ///< --gene
    std::vector<std::string> transcripts;  ///< --transcript
    std::string region;                    ///< --region, on a transcript
    std::string back_splice;               ///< --back-splice
    std::string one_gene;                  ///< --one-gene
    std::string gtf;
    std::string genome;  ///< -f
    std::string index;
    std::vector<std::string> cross_species;  ///< [NAME=]IDX
    std::vector<std::string> orthologs;
    int species_mismatches = 0;
};

/// Variants to avoid, and alleles to tell apart.
struct VariantOptions {
    std::string avoid_vcf;
    double max_af = 0.01;
    std::string af_tag = "AF";
    std::string allele_vcf;
    std::string sample;
    std::string target_allele;  ///< empty: alt, or the copy with the disease variant
    std::string disease_variant;
};

/// Where results go; empty: not written.
struct DesignOutputs {
    std::string table = "-";
    std::string rejected;
    std::string fasta;
    std::string json;
    std::string bed;
    std::string genome_bed;
    std::string off_targets;
    std::string html;
    bool no_version = false;
};

/// What `varhush sidesign` was asked for.
struct SidesignOptions {
    TargetOptions target;
    VariantOptions variant;
    DesignOutputs out;
    std::string overhang = "dTdT";
    std::vector<std::string> filters;
    std::string gc = "30-60";
    std::string isoforms = "any";
    std::string weights;
    std::string order = "score";
    std::string chemistry = "unmodified";
    std::string mirna_seeds;
    std::string seed_viability;
    std::string expression;
    std::string model;
    bool known_laboratory = false;
    bool no_seed_sites = false;
    sirna::DesignOptions design;  ///< numbers; the rest is filled in by validate()
    RunOptions run;
    std::string command_line;
};

/// Reads what is text in the options into `options.design`.
/// @throws Error{kUsage} for combinations that make no sense, Error{kInput} for a chemistry file
/// that cannot be used.
void validate(SidesignOptions& options);

/// @throws Error{kUsage}, CLI::CallForHelp
SidesignOptions parse_sidesign_options(int argc, const char* const* argv);

}  // namespace varhush::apps
