#pragma once

#include "sirna_write.hpp"
#include "varhush/models/sirna_mix.hpp"
#include "varhush/train/sirna_trainer.hpp"

#include <memory>
#include <string>
#include <vector>

namespace varhush::io {
class OutputFile;
}  // namespace varhush::io

namespace varhush::train {

/// Table of what held-out genes (and, where there are any, held-out laboratories) say about every
/// part, the mix, the mix without each part, and the calibration. Weights and calibration that are
/// judged on a fold come from the other folds.
class SirnaReport {
  public:
    /// Without a path nothing is written. @throws Error{kOutput}.
    explicit SirnaReport(const std::string& path);
    ~SirnaReport();
    SirnaReport(const SirnaReport&) = delete;
    SirnaReport& operator=(const SirnaReport&) = delete;

    void add(const std::string& state,
             const std::vector<SirnaPartRecipe>& recipe,
             const std::vector<bool>& use,
             const models::SirnaHeldOut& genes,
             const models::SirnaHeldOut& laboratories,
             const SirnaSettled& settled);
    void close();

  private:
    void row(const std::string& rows,
             const std::string& what,
             const models::SirnaHeldOut& held_out,
             const std::vector<double>& scores);
    void value(const std::string& rows, const std::string& what, double value);
    void add_genes(const std::vector<SirnaPartRecipe>& recipe,
                   const std::vector<bool>& use,
                   const models::SirnaHeldOut& rows,
                   const SirnaSettled& settled);

    std::unique_ptr<io::OutputFile> out_;
    std::string state_;
};

}  // namespace varhush::train
