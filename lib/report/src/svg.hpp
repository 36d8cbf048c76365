#pragma once

#include <string>
#include <string_view>

namespace varhush::report {

enum class Anchor { kStart, kMiddle, kEnd };

/// One drawing inside a page. Looks come from the page's style sheet through class names; a
/// non-empty `title` is shown when the mouse rests on the element.
class Svg {
  public:
    /// `label` is read to those who do not see the drawing.
    Svg(double width, std::string_view label);

    void rect(double x,
              double y,
              double width,
              double height,
              std::string_view look,
              std::string_view title = {});
    void line(double x1, double y1, double x2, double y2, std::string_view look);
    void circle(
        double x, double y, double radius, std::string_view look, std::string_view title = {});
    void path(std::string_view d, std::string_view look, std::string_view title = {});
    void text(double x,
              double y,
              std::string_view text,
              Anchor anchor = Anchor::kStart,
              std::string_view look = {});

    /// The whole element; `height` is known only when everything is drawn.
    [[nodiscard]] std::string finish(double height) const;

  private:
    void close(std::string_view element, std::string_view title);

    double width_;
    std::string label_;
    std::string body_;
};

}  // namespace varhush::report
