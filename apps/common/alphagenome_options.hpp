#pragma once

#include "varhush/models/alphagenome_file.hpp"
#include "varhush/scoring/gene_table.hpp"
#include "varhush/scoring/pas_table.hpp"
#include "varhush/scoring/splice_site_table.hpp"
#include "varhush/scoring/variant_scorer.hpp"
#include "varhush/seq/transcript.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace varhush::apps {

/// Adds --adapter FILE, which may be given several times.
void add_adapter_option(CLI::App& app, std::vector<std::string>& adapters, const char* group);

/// The window a model was trained on ("varhush.window" of its metadata), at most 131,072 bases:
/// more costs more than it tells.
[[nodiscard]] std::int64_t usual_window(const models::AlphaGenomeFile& model);

/// Bases of `--window`: what was asked for, or for "auto" the largest of the usual ones that fits
/// this machine (all networks of the model); for "" usual_window().
/// @throws Error{kUsage} for what is no window, and for one that does not fit, naming one that
/// does.
[[nodiscard]] std::int64_t choose_window(const std::string& window,
                                         const models::AlphaGenomeFile& model,
                                         int threads);

/// Tracks of `--tracks` and `--tissue` (empty: all).
/// @throws Error{kUsage} when there is none.
[[nodiscard]] scoring::TrackSelection choose_tracks(const std::string& tracks,
                                                    const std::string& tissue,
                                                    const models::AlphaGenomeFile& file,
                                                    int organism);

/// The tables beside the model that scorers look things up in.
class ScorerTables {
  public:
    /// `genes` (may be null) must outlive this; `pas` is the path of a table, or empty.
    ScorerTables(const seq::GeneModels* genes, const std::string& pas);

    [[nodiscard]] const scoring::GeneTable* genes() const noexcept {
        return genes_ ? &*genes_ : nullptr;
    }
    /// A context with the tracks of `file`. Everything must outlive it.
    [[nodiscard]] scoring::ScorerContext context(const models::AlphaGenomeFile& file,
                                                 int organism,
                                                 const scoring::TrackSelection& selection) const;

    /// Why `spec` cannot run with these tables and tracks; empty: it can.
    [[nodiscard]] std::string why_not(const scoring::ScorerSpec& spec,
                                      const models::AlphaGenomeFile& file,
                                      int organism,
                                      const scoring::TrackSelection& selection) const;

  private:
    void require_known_genes(const std::string& pas) const;

    std::optional<scoring::GeneTable> genes_;
    std::optional<scoring::SpliceSiteTable> splice_sites_;
    std::optional<scoring::PasTable> pas_;
};

}  // namespace varhush::apps
