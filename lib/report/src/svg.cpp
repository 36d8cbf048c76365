#include "svg.hpp"

#include "markup.hpp"

namespace varhush::report {

namespace {

std::string look_of(std::string_view look) {
    return look.empty() ? std::string() : " class=\"" + std::string(look) + "\"";
}

}  // namespace

Svg::Svg(double width, std::string_view label) : width_(width), label_(label) {}

void Svg::close(std::string_view element, std::string_view title) {
    if (title.empty()) {
        body_ += "/>\n";
    } else {
        put(body_, "><title>", escaped(title), "</title></", element, ">\n");
    }
}

void Svg::rect(double x,
               double y,
               double width,
               double height,
               std::string_view look,
               std::string_view title) {
    put(body_, "<rect", look_of(look), " x=\"", coordinate(x), "\" y=\"", coordinate(y));
    put(body_, "\" width=\"", coordinate(width), "\" height=\"", coordinate(height), "\"");
    close("rect", title);
}

void Svg::line(double x1, double y1, double x2, double y2, std::string_view look) {
    put(body_, "<line", look_of(look), " x1=\"", coordinate(x1), "\" y1=\"", coordinate(y1));
    put(body_, "\" x2=\"", coordinate(x2), "\" y2=\"", coordinate(y2), "\"");
    close("line", {});
}

void Svg::circle(double x, double y, double radius, std::string_view look, std::string_view title) {
    put(body_, "<circle", look_of(look), " cx=\"", coordinate(x), "\" cy=\"", coordinate(y));
    put(body_, "\" r=\"", coordinate(radius), "\"");
    close("circle", title);
}

void Svg::path(std::string_view d, std::string_view look, std::string_view title) {
    put(body_, "<path", look_of(look), " d=\"", d, "\"");
    close("path", title);
}

void Svg::text(double x, double y, std::string_view text, Anchor anchor, std::string_view look) {
    put(body_, "<text", look_of(look), " x=\"", coordinate(x), "\" y=\"", coordinate(y), "\"");
    if (anchor != Anchor::kStart) {
        put(body_, " text-anchor=\"", anchor == Anchor::kMiddle ? "middle" : "end", "\"");
    }
    put(body_, ">", escaped(text), "</text>\n");
}

std::string Svg::finish(double height) const {
    std::string svg;
    put(svg, "<svg role=\"img\" aria-label=\"", escaped(label_), "\" viewBox=\"0 0 ");
    put(svg, coordinate(width_), " ", coordinate(height), "\" width=\"", coordinate(width_));
    put(svg, "\" height=\"", coordinate(height), "\">\n", body_, "</svg>\n");
    return svg;
}

}  // namespace varhush::report
