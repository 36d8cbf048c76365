#pragma once

#include "apps/sidesign/options.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/sirna/design_report.hpp"

#include <functional>
#include <list>
#include <string>

namespace varhush::apps {

/// The output files of a run: opened before the work begins, so that a folder that is not there
/// costs nothing, and renamed at the end only.
class DesignWriter {
  public:
    explicit DesignWriter(const DesignOutputs& outputs);

    /// Writes and closes all. @throws Error{kOutput}.
    void write(const sirna::DesignReport& report);

  private:
    using Make = std::function<std::string(const sirna::DesignReport&)>;
    struct Output {
        Output(const std::string& path, Make what);

        io::OutputFile file;
        Make make;
    };
    void add(const std::string& path, Make make);

    std::list<Output> outputs_;
};

}  // namespace varhush::apps
