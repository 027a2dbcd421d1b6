package dev.turbochat.step;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ImageHeadTest {
    static Stream<Arguments> pictures() {
        return Stream.of(
                Arguments.of("png", Pictures.png(), new ImageHead("image/png", 7, 5)),
                Arguments.of("jpeg", Pictures.of("jpeg", 300, 2), new ImageHead("image/jpeg", 300, 2)),
                Arguments.of("gif", Pictures.of("gif", 11, 260), new ImageHead("image/gif", 11, 260)),
                Arguments.of("webp", Pictures.webp(), new ImageHead("image/webp", 1, 1)),
                Arguments.of("lossless webp", Pictures.losslessWebp(), new ImageHead("image/webp", 1, 1)),
                Arguments.of("extended webp", extendedWebp(), new ImageHead("image/webp", 4000, 3000)));
    }

    private static byte[] extendedWebp() {
        byte[] simple = Pictures.webp();
        ByteBuffer bytes = ByteBuffer.allocate(simple.length + 18).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("RIFF".getBytes(ISO_8859_1)).putInt(simple.length + 10);
        bytes.put("WEBPVP8X".getBytes(ISO_8859_1)).putInt(10).putInt(0);
        bytes.putShort((short) 3999).put((byte) 0).putShort((short) 2999).put((byte) 0);
        return bytes.put(simple, 12, simple.length - 12).array();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pictures")
    void the_kind_and_size_are_read_from_the_bytes(String name, byte[] bytes, ImageHead head) {
        assertThat(ImageHead.of(bytes)).isEqualTo(head);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pictures")
    void an_image_that_is_cut_off_anywhere_is_refused(String name, byte[] bytes, ImageHead head) {
        for (int length = 1; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatIllegalArgumentException()
                    .as("%s cut at %s", name, length)
                    .isThrownBy(() -> ImageHead.of(cut))
                    .withMessage("The image is cut off after " + length + " bytes; get it again, whole.");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pictures")
    void whatever_is_damaged_is_read_or_refused(String name, byte[] bytes, ImageHead head) {
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = bytes.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Throwable thrown = catchThrowable(() -> ImageHead.of(damaged));
            if (thrown != null) {
                assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void a_claim_is_believed_without_decoding() {
        assertThat(ImageHead.of(Pictures.claiming(60_000, 50_000)).pixels()).isEqualTo(3_000_000_000L);
    }

    @Test
    void the_widest_claim_counts() {
        byte[] gif = Pictures.of("gif", 2, 2);
        ByteBuffer bytes = ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN);
        int frame = 0;
        while (gif[frame] != 0x2C || bytes.getShort(frame + 5) != 2) {
            frame++;
        }
        bytes.putShort(frame + 5, (short) 30_000);

        assertThat(ImageHead.of(gif)).isEqualTo(new ImageHead("image/gif", 30_000, 2));
    }

    @Test
    void a_negative_size_is_damage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageHead.of(Pictures.claiming(-1, 5)))
                .withMessage("The image is damaged in its size; get it again, or save it anew.");
    }

    @Test
    void an_image_without_a_size_holds_no_picture() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageHead.of(Pictures.claiming(0, 5)))
                .withMessage("The image holds no picture, though it is called image/png; use another.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<!doctype html><p>Not found</p> | a text such as HTML or SVG",
                "<svg xmlns='http://www.w3.org/2000/svg'/> | a text such as HTML or SVG",
                "0000ftypavif0000 | an AVIF or HEIC image, or a film",
                "BM000000 | a BMP or TIFF image",
                "%PDF-1.7 | something else",
                "'' | empty"
            })
    void another_kind_is_named(String content, String kind) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageHead.of(content.getBytes(ISO_8859_1)))
                .withMessage("The image is not a PNG, JPEG, GIF or WebP image but " + kind
                        + "; convert it to one of these.");
    }
}
