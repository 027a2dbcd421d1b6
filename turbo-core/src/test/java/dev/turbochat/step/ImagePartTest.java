package dev.turbochat.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagePartTest {
    @TempDir
    Path folder;

    @Test
    void a_file_is_what_its_content_says_whatever_its_name() throws IOException {
        Path file = Files.write(folder.resolve("photo.png"), Pictures.of("jpeg", 3, 3));

        assertThat(Part.Image.of(file)).isEqualTo(Part.Image.of(Pictures.of("jpeg", 3, 3), "image/jpeg"));
    }

    @Test
    void bytes_are_what_they_say() {
        assertThat(Part.Image.of(Pictures.webp())).isEqualTo(Part.Image.of(Pictures.webp(), "image/webp"));
    }

    @Test
    void a_page_called_an_image_is_refused() throws IOException {
        Path file = Files.writeString(folder.resolve("photo.png"), "<html>");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Part.Image.of(file))
                .withMessage(
                        "Image file '" + file + "' is not a PNG, JPEG, GIF or WebP image but a text such as HTML or"
                                + " SVG; convert it to one of these.");
    }

    @Test
    void a_file_that_is_not_there_is_named() {
        Path file = folder.resolve("nothing.png");

        assertThatThrownBy(() -> Part.Image.of(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("Image file '" + file + "' is not there; check the path.");
    }

    @Test
    void a_folder_is_no_file() {
        assertThatThrownBy(() -> Part.Image.of(folder))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("Image file '" + folder + "' cannot be read (");
    }

    @Test
    void a_large_file_is_refused() throws IOException {
        Path file = folder.resolve("film.png");
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(Part.Image.LARGEST + 1L);
        }

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Part.Image.of(file))
                .withMessage("Image file '" + file + "' is larger than 20 MiB; make it smaller.");
    }
}
