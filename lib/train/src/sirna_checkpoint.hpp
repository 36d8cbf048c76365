#pragma once

#include "sirna_job.hpp"

#include <optional>
#include <string>

namespace varhush::train {

/// Finished members of a run, one file each in a folder beside the output.
class SirnaCheckpoint {
  public:
    /// @throws Error{kResume} when `resume` is asked for and the folder is of other data or
    /// options; Error{kOutput} when it cannot be made. Without `resume` an old folder is emptied.
    SirnaCheckpoint(const SirnaWork& work, bool resume);

    [[nodiscard]] std::optional<SirnaResult> find(const std::string& name) const;
    void save(const std::string& name, const SirnaResult& result) const;
    void remove() const;

  private:
    [[nodiscard]] std::string path_of(const std::string& name) const;

    std::string folder_;
    std::string digest_;
};

/// "cnn-s1-f-1": the name of a job in the checkpoint.
[[nodiscard]] std::string job_name(const SirnaWork& work, const SirnaJob& job);

}  // namespace varhush::train
