package dev.turbochat.model.image;

import dev.turbochat.error.ImageException;
import dev.turbochat.error.ModelException;
import dev.turbochat.model.Completion;
import dev.turbochat.model.ForwardingModel;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends a model the bytes of images where the conversation names their URLs: for servers that do not fetch.
 *
 * <pre>{@code
 * Model model = FetchingModel.of(Models.of("ollama:llava"), ImageFetcher.of());
 * }</pre>
 *
 * <p>The conversation keeps the URL; the last images are kept on the heap, so that the next turn need not fetch them
 * again. Where an image may be gone or another by then, fetch it into the conversation instead, as {@link ImageFetcher}
 * shows. Thread-safe; two who need the same image at the same time both fetch it.
 */
public final class FetchingModel extends ForwardingModel {
    private final ImageFetcher fetcher;
    private final Fetched fetched = new Fetched();

    private FetchingModel(Model model, ImageFetcher fetcher) {
        super(model);
        this.fetcher = fetcher;
    }

    /** The model, with this fetcher before it. */
    public static FetchingModel of(Model model, ImageFetcher fetcher) {
        return new FetchingModel(model, fetcher);
    }

    /**
     * {@inheritDoc}
     *
     * @throws ModelException.ImageMissing if an image cannot be had; the model is not asked then
     */
    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        List<Message> messages = new ArrayList<>();
        for (Message message : prompt.messages()) {
            messages.add(filled(message));
        }
        return super.complete(prompt.messages(messages), listener);
    }

    private Message filled(Message message) throws InterruptedException {
        return switch (message) {
            case Message.System(List<Part> parts) -> new Message.System(filled(parts));
            case Message.User(List<Part> parts, String author) -> new Message.User(filled(parts), author);
            case Message.Assistant answer ->
                new Message.Assistant(filled(answer.parts()), answer.finish(), answer.calls());
            case Message.ToolResult result ->
                new Message.ToolResult(result.callId(), result.name(), filled(result.parts()), result.failed());
        };
    }

    private List<Part> filled(List<Part> parts) throws InterruptedException {
        List<Part> filled = new ArrayList<>();
        for (Part part : parts) {
            filled.add(
                    part instanceof Part.Image image
                                    && !"data".equals(image.uri().getScheme())
                            ? fetched(image)
                            : part);
        }
        return filled;
    }

    private Part.Image fetched(Part.Image image) throws InterruptedException {
        Part.Image kept = fetched.get(image);
        if (kept != null) {
            return kept;
        }
        try {
            Part.Image fresh = fetcher.fetch(image.uri());
            fetched.put(image, fresh);
            return fresh;
        } catch (ImageException e) {
            throw new ModelException.ImageMissing(name(), e);
        }
    }
}
